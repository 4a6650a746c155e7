package io.heddle.bench;

import io.heddle.openflow.codec.Framer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The highest rate that the machine allows: answers every packet-in with as many bytes as Heddle does, and does nothing
 * else. The hand-written answer is three FLOW_MODs and the PACKET_OUT with the frame. Learns nothing and checks
 * nothing.
 */
final class Ceiling extends ChannelInboundHandlerAdapter {
    private static final int PACKET_IN = 10;
    private static final int HEAD = 50;
    private static final int REMOVE = 104;
    private static final int SOURCE = 112;
    private static final int DESTINATION = 120;
    private static final int PACKET_OUT_HEAD = 40;
    private static final int FRAME = 64;
    private static final int BATCH = 64 << 10;

    private final byte[] answer = new byte[REMOVE + SOURCE + DESTINATION + PACKET_OUT_HEAD];
    private final Framer framer = new Framer(this::answer);
    private ChannelHandlerContext context;
    private ByteBuf out;

    private Ceiling() {
        int at = 0;
        for (int length : new int[] {REMOVE, SOURCE, DESTINATION}) {
            head(at, 14, length);
            at += length;
        }
        head(at, 13, PACKET_OUT_HEAD + FRAME);
    }

    private void head(int at, int type, int length) {
        answer[at] = 4;
        answer[at + 1] = (byte) type;
        answer[at + 2] = (byte) (length >> 8);
        answer[at + 3] = (byte) length;
    }

    /** The only argument is the loopback port to listen on. */
    public static void main(String[] args) {
        var loops = new MultiThreadIoEventLoopGroup(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("ceiling", Thread.MAX_PRIORITY),
                EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Ceiling());
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .syncUninterruptibly();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object chunk) {
        framer.read(ctx, (ByteBuf) chunk);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (out != null) {
            ctx.writeAndFlush(out, ctx.voidPromise());
            out = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        framer.close();
    }

    private void answer(ByteBuf m) {
        int at = m.readerIndex();
        if (out == null) {
            out = context.alloc().ioBuffer(BATCH);
        }
        if (m.getUnsignedByte(at + 1) == 0) {
            out.writeByte(4).writeByte(0).writeShort(8).writeInt(0);
        }
        if (m.getUnsignedByte(at + 1) != PACKET_IN) {
            return;
        }
        long source = m.getLong(at + HEAD + 6);
        int start = out.writerIndex();
        out.writeBytes(answer);
        out.setLong(start + 80, source).setInt(start + 70, m.getInt(at + 32));
        out.setLong(start + REMOVE + 80, source).setInt(start + REMOVE + 70, m.getInt(at + 32));
        out.setLong(start + REMOVE + SOURCE + 80, source);
        out.writeBytes(m, at + HEAD, m.readableBytes() - HEAD);
    }
}
