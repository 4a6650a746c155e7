package io.heddle.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * A switch that exists on the wire only. It answers a controller's questions as an empty OpenFlow 1.3 switch would,
 * and keeps a window of packet-ins under way: a host that hops between two ports, each frame with a sequence number,
 * by which the answering PACKET_OUT is known.
 */
final class EmulatedSwitch extends ByteToMessageDecoder {
    private static final int FRAME = 64;
    private static final int PACKET_IN_HEAD = 42;
    private static final long HOPPER = 0x0200_0000_0000L;
    private static final long STANDER = 0x0200_ffff_0000L;
    private static final int ONF = 0x4f4e4600;

    private final int id;
    private final Load load;
    private ChannelHandlerContext context;
    private long next;
    private boolean running;

    EmulatedSwitch(int id, Load load) {
        this.id = id;
        this.load = load;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        ByteBuf hello = ctx.alloc().buffer(8);
        hello.writeByte(4).writeByte(0).writeShort(8).writeInt(0);
        ctx.writeAndFlush(hello);
    }

    /** Announces the host that stands still, then fills the window. On the connection's event loop. */
    void begin() {
        running = true;
        write(STANDER + id, 0x0200_ffff_ffffL, 2, -1);
        for (int i = 0; i < load.window(); i++) {
            send();
        }
        context.flush();
    }

    void stop() {
        running = false;
    }

    private void send() {
        long sequence = next++;
        load.sent(id, sequence);
        // Another place with every frame: what is learnt must be changed, not only looked up.
        write(HOPPER + id, STANDER + id, 1 + 2 * (int) (sequence & 1), sequence);
    }

    private void write(long source, long destination, int port, long sequence) {
        ByteBuf out = context.alloc().buffer(PACKET_IN_HEAD + FRAME);
        out.writeByte(4).writeByte(10).writeShort(PACKET_IN_HEAD + FRAME).writeInt(0);
        out.writeInt(-1).writeShort(FRAME).writeByte(0).writeByte(0).writeLong(-1);
        out.writeShort(1).writeShort(12).writeInt(0x80000004).writeInt(port).writeZero(4);
        out.writeZero(2);
        out.writeShort((int) (destination >> 32)).writeInt((int) destination);
        out.writeShort((int) (source >> 32)).writeInt((int) source);
        out.writeShort(0x88b5).writeLong(sequence).writeZero(FRAME - 22);
        context.write(out, context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        while (in.readableBytes() >= 8) {
            int start = in.readerIndex();
            int length = in.getUnsignedShort(start + 2);
            if (in.readableBytes() < length) {
                break;
            }
            handle(ctx, in.slice(start, length));
            in.readerIndex(start + length);
        }
        ctx.flush();
    }

    private void handle(ChannelHandlerContext ctx, ByteBuf m) {
        switch (m.getUnsignedByte(1)) {
            case 13 -> answered(m);
            case 14 -> load.flowMod();
            case 2 -> reply(ctx, m, 3, m.slice(8, m.readableBytes() - 8));
            case 5 -> reply(ctx, m, 6, Unpooled.buffer(24).writeLong(id + 1).writeInt(0).writeByte(254)
                    .writeByte(0).writeShort(0).writeInt(0x4f).writeInt(0));
            case 7 -> reply(ctx, m, 8, Unpooled.buffer(4).writeInt(0xffff));
            case 18 -> multipart(ctx, m);
            case 20 -> reply(ctx, m, 21, Unpooled.EMPTY_BUFFER);
            case 24 -> reply(ctx, m, 25, m.slice(8, m.readableBytes() - 8));
            case 4 -> bundle(ctx, m);
            default -> { }
        }
    }

    private void answered(ByteBuf m) {
        if (m.readableBytes() < FRAME + 24) {
            return;
        }
        long sequence = m.getLong(m.readableBytes() - FRAME + 14);
        if (sequence >= 0 && load.answered(id, sequence) && running) {
            send();
        }
    }

    private static void multipart(ChannelHandlerContext ctx, ByteBuf m) {
        int type = m.getUnsignedShort(8);
        ByteBuf body = Unpooled.buffer().writeShort(type).writeShort(0).writeInt(0);
        if (type == 13) {
            for (int port = 1; port <= 4; port++) {
                body.writeInt(port).writeZero(4).writeShort(0x0200).writeInt(port).writeZero(2)
                        .writeBytes(new byte[] {'p', (byte) ('0' + port)}).writeZero(14).writeZero(32);
            }
        } else if (type == 0xffff) {
            body.writeBytes(m, 16, 8);
        }
        reply(ctx, m, 19, body);
    }

    private static void bundle(ChannelHandlerContext ctx, ByteBuf m) {
        if (m.readableBytes() >= 24 && m.getInt(8) == ONF && m.getInt(12) == 2300) {
            ByteBuf body = Unpooled.buffer().writeBytes(m, 8, 16);
            body.setShort(12, body.getUnsignedShort(12) + 1);
            reply(ctx, m, 4, body);
        }
    }

    /** @param body copied and not released: a slice of the request, or on the heap */
    private static void reply(ChannelHandlerContext ctx, ByteBuf request, int type, ByteBuf body) {
        ByteBuf out = ctx.alloc().buffer(8 + body.readableBytes());
        out.writeByte(4).writeByte(type).writeShort(8 + body.readableBytes()).writeInt(request.getInt(4));
        out.writeBytes(body);
        ctx.write(out, ctx.voidPromise());
    }
}
