package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.function.Consumer;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.types.U64;

/**
 * A switch whose controller does not lead: as its slave it keeps the connection and nothing else, so that the switch
 * has its master at once when this controller comes to lead. Confined to its channel's event loop.
 */
final class Lobby extends SimpleChannelInboundHandler<ByteBuf> {
    /** Longer messages are skipped: a switch has no reason to send one to a slave. */
    private static final int LONGEST = 10_240;

    private static final int LENGTH_AT = 2;
    private static final int LENGTH_BYTES = 2;
    private static final int HELLO = 0;
    private static final int ROLE_REPLY = 25;
    private static final int ROLE_REPLY_LENGTH = 24;
    private static final int SLAVE = 3;
    private static final int GENERATION_AT = 8;
    private static final int MOST_TRIES = 5;

    private final Consumer<Lobby> left;
    private ChannelHandlerContext context;
    /** What the switch has said first. */
    private byte[] hello;

    private Consumer<ChannelHandlerContext> next;
    private int tries;
    private boolean asked;

    /** @param left told when the switch has gone */
    Lobby(Consumer<Lobby> left) {
        this.left = left;
    }

    /** Splits the bytes of a connection into messages for a lobby. */
    static LengthFieldBasedFrameDecoder splitter() {
        return new LengthFieldBasedFrameDecoder(LONGEST, LENGTH_AT, LENGTH_BYTES, -(LENGTH_AT + LENGTH_BYTES), 0);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ByteBuf out = ctx.alloc().buffer();
        Handshake.greeting(0).writeTo(out);
        ctx.writeAndFlush(out);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
        int type = Wire.type(in);
        asked = false;
        if (hello == null) {
            if (type != HELLO) {
                ctx.close();
                return;
            }
            hello = new byte[in.readableBytes()];
            in.getBytes(in.readerIndex(), hello);
            if (next != null) {
                leave();
            } else {
                role(OFControllerRole.ROLE_NOCHANGE, 0);
            }
        } else if (type == ROLE_REPLY && tries++ < MOST_TRIES) {
            roleIs(in);
        } else if (type == Wire.ERROR && tries++ < MOST_TRIES) {
            role(OFControllerRole.ROLE_NOCHANGE, 0);
        } else if (type == Wire.ECHO_REQUEST && ctx.channel().isWritable()) {
            ByteBuf out = ctx.alloc().buffer().writeBytes(in);
            out.setByte(1, Wire.ECHO_REPLY);
            ctx.writeAndFlush(out);
        }
    }

    /**
     * Until a switch is told otherwise, every controller may write to it, and it sends all of them its packet-ins. It
     * refuses a slave with an old generation id, so this one asks for the current one first.
     */
    private void role(OFControllerRole role, long generation) {
        ByteBuf out = context.alloc().buffer();
        SwitchConnection.MESSAGES
                .buildRoleRequest()
                .setXid(1)
                .setRole(role)
                .setGenerationId(U64.of(generation))
                .build()
                .writeTo(out);
        context.writeAndFlush(out);
    }

    private void roleIs(ByteBuf in) {
        int at = in.readerIndex() + Wire.HEADER;
        if (in.readableBytes() >= ROLE_REPLY_LENGTH && in.getInt(at) != SLAVE) {
            role(OFControllerRole.ROLE_SLAVE, in.getLong(at + GENERATION_AT));
        }
    }

    /** Hands the connection to the controller's own handlers, as soon as the switch has said hello; any thread. */
    void leave(Consumer<ChannelHandlerContext> to) {
        context.channel().eventLoop().execute(() -> {
            next = to;
            if (hello != null) {
                leave();
            }
        });
    }

    private void leave() {
        if (context.isRemoved()) {
            return;
        }
        left.accept(this);
        next.accept(context);
        // As if it had just come: the new handlers read it first.
        context.fireChannelRead(Unpooled.wrappedBuffer(hello));
        // The splitter passes on what it has not split yet.
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        pipeline.remove(LengthFieldBasedFrameDecoder.class);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        left.accept(this);
        ctx.fireChannelInactive();
    }

    /** A silent switch is asked whether it is there, and has until the next time to answer. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof IdleStateEvent)) {
            return;
        }
        if (hello == null || asked) {
            ctx.close();
            return;
        }
        asked = true;
        ByteBuf out = ctx.alloc().buffer();
        Wire.end(out, Wire.begin(out, Wire.ECHO_REQUEST, 0));
        ctx.writeAndFlush(out);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof TooLongFrameException)) {
            ctx.close();
        }
    }
}
