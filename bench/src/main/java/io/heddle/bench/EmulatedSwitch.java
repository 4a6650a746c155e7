package io.heddle.bench;

import io.heddle.flows.pipeline.Metadata;
import io.heddle.openflow.codec.Framer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A switch emulated on the wire. It answers the controller's requests as an empty OpenFlow 1.3 switch would. It keeps a
 * window of packet-ins outstanding: frames of a host that moves between two ports. Each frame has a sequence number
 * that identifies the PACKET_OUT that answers it. Confined to its connection's event loop.
 */
final class EmulatedSwitch extends ChannelInboundHandlerAdapter {
    /** The VLAN of the network that all ports are in. */
    static final int VLAN = 300;
    /** Offset of the sequence number in the frame: after Ethernet, IPv4 and UDP. */
    private static final int SEQUENCE = 42;

    private static final int FRAME = 64;
    private static final int PACKET_IN_HEAD = 50;
    private static final int PACKET_OUT_HEAD = 40;
    private static final long HOPPER = 0x0200_0000_0000L;
    private static final long STANDER = 0x0200_ffff_0000L;
    private static final int ONF = 0x4f4e4600;
    private static final int COMMIT = 4;
    /** Types of messages of the ONF extension for bundles. */
    private static final int CONTROL = 2300;

    private static final int ADD = 2301;

    private final int id;
    private final long datapathId;
    private final Load load;
    private final Framer framer = new Framer(this::handle);
    private final byte[] packetIn;
    /** By their numbers: their flags, number and bands, as both METER_MOD and the list of meters have them. */
    private final Map<Integer, ByteBuf> meters = new LinkedHashMap<>();

    private ChannelHandlerContext context;
    private ByteBuf out;
    private long next;
    private boolean running;
    private boolean inSync;

    EmulatedSwitch(int id, long datapathId, Load load) {
        this.id = id;
        this.datapathId = datapathId;
        this.load = load;
        this.packetIn = packetIn();
    }

    /** A packet-in whose frame the controller itself must forward: table 0, in the network of VLAN {@value #VLAN}. */
    static byte[] packetIn() {
        ByteBuf m = Unpooled.buffer(PACKET_IN_HEAD + FRAME);
        m.writeByte(4).writeByte(10).writeShort(PACKET_IN_HEAD + FRAME).writeInt(0);
        m.writeInt(-1).writeShort(FRAME).writeByte(0).writeByte(0).writeLong(-1);
        m.writeShort(1).writeShort(24).writeInt(0x80000004).writeInt(0);
        m.writeInt(0x80000408)
                .writeLong(Metadata.inNetwork(Metadata.networkOfVlan(VLAN)).lo())
                .writeZero(2);
        m.writeZero(12).writeShort(0x0800);
        m.writeInt(0x4500_0032).writeInt(0).writeInt(0x4011_0000).writeInt(0).writeInt(0x0a00_0001);
        m.writeInt(0x3039_3039).writeInt(0x001e_0000).writeZero(FRAME - SEQUENCE);
        return m.array();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        out().writeByte(4).writeByte(0).writeShort(8).writeInt(0);
        flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        framer.close();
        running = false;
        load.lost(inSync);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Messages in flight are lost when a connection ends, as on a real switch.
        ctx.close();
    }

    /** Announces the host that does not move, then fills the window. */
    void begin() {
        running = true;
        write(STANDER + id, 0x0200_ffff_ffffL, 2, -1);
        for (int i = 0; i < load.window(); i++) {
            send();
        }
        flush();
    }

    void stop() {
        running = false;
    }

    /** Sends {@code count} packet-ins, each from a different host, without waiting for answers. */
    void offer(int count) {
        for (int i = 0; i < count; i++) {
            long n = next++;
            write(HOPPER + (n & 0xfffff), STANDER + id, 3, -1);
        }
        flush();
    }

    /** Whether the socket accepts more data. */
    boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Stops reading from the controller, for good. */
    void goDeaf() {
        context.channel().config().setAutoRead(false);
    }

    /** Sends an echo request, to measure how soon the controller answers this switch. */
    void askEcho() {
        out().writeByte(4).writeByte(2).writeShort(16).writeInt(0).writeLong(System.nanoTime());
        flush();
    }

    private void send() {
        long sequence = next++;
        load.sent(id, sequence);
        // The host moves with every frame, so the controller must change its entry, not only look it up.
        write(HOPPER + id, STANDER + id, 1 + 2 * (int) (sequence & 1), sequence);
    }

    private void write(long source, long destination, int port, long sequence) {
        ByteBuf o = out();
        int start = o.writerIndex();
        o.writeBytes(packetIn).setInt(start + 32, port);
        o.setLong(start + PACKET_IN_HEAD, destination << 16 | source >>> 32);
        o.setInt(start + PACKET_IN_HEAD + 8, (int) source);
        o.setInt(start + PACKET_IN_HEAD + 26, 0x0a00_0000 | id & 0xffff);
        o.setLong(start + PACKET_IN_HEAD + SEQUENCE, sequence);
    }

    private ByteBuf out() {
        if (out != null && out.writableBytes() < 256) {
            context.write(out, context.voidPromise());
            out = null;
        }
        if (out == null) {
            out = context.alloc().ioBuffer(8 << 10, Integer.MAX_VALUE);
        }
        return out;
    }

    private void flush() {
        if (out != null) {
            context.writeAndFlush(out, context.voidPromise());
            out = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object chunk) {
        load.received(((ByteBuf) chunk).readableBytes());
        framer.read(ctx, (ByteBuf) chunk);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    private void handle(ByteBuf m) {
        int at = m.readerIndex();
        switch (m.getUnsignedByte(at + 1)) {
            case 13 -> answered(m);
            case 14 -> load.flowMod();
            case 3 -> load.echoed(System.nanoTime() - m.getLong(at + 8));
            case 2 -> reply(m, 3, m.slice(at + 8, m.readableBytes() - 8));
            case 5 ->
                reply(
                        m,
                        6,
                        Unpooled.buffer(24)
                                .writeLong(datapathId)
                                .writeInt(0)
                                .writeByte(254)
                                .writeByte(0)
                                .writeShort(0)
                                .writeInt(0x4f)
                                .writeInt(0));
            case 7 -> reply(m, 8, Unpooled.buffer(4).writeInt(0xffff));
            case 18 -> multipart(m);
            case 20 -> reply(m, 21, Unpooled.EMPTY_BUFFER);
            case 24 -> reply(m, 25, m.slice(at + 8, m.readableBytes() - 8));
            case 4 -> bundle(m);
            case 29 -> meter(m);
            default -> {}
        }
    }

    private void answered(ByteBuf m) {
        if (m.readableBytes() < FRAME + PACKET_OUT_HEAD) {
            return;
        }
        long sequence = m.getLong(m.writerIndex() - FRAME + SEQUENCE);
        if (sequence >= 0 && load.answered(id, sequence) && running) {
            send();
        }
    }

    private void multipart(ByteBuf m) {
        int type = m.getUnsignedShort(m.readerIndex() + 8);
        ByteBuf body = Unpooled.buffer().writeShort(type).writeShort(0).writeInt(0);
        if (type == 13) {
            for (int port = 1; port <= 4; port++) {
                body.writeInt(port)
                        .writeZero(4)
                        .writeShort(0x0200)
                        .writeInt(port)
                        .writeZero(2)
                        .writeBytes(new byte[] {'p', (byte) ('0' + port)})
                        .writeZero(14)
                        .writeZero(32);
            }
        } else if (type == 10) {
            meters.values()
                    .forEach(meter -> body.writeShort(2 + meter.readableBytes())
                            .writeBytes(meter, meter.readerIndex(), meter.readableBytes()));
        } else if (type == 0xffff) {
            body.writeBytes(m, m.readerIndex() + 16, 8);
        }
        reply(m, 19, body);
    }

    /** OpenFlow 1.3.5 §7.3.4.4. A few hundred meters fit into one answer. */
    private void meter(ByteBuf m) {
        int at = m.readerIndex();
        int number = m.getInt(at + 12);
        if (m.getUnsignedShort(at + 8) == 2) {
            meters.remove(number);
        } else {
            meters.put(number, Unpooled.copiedBuffer(m.slice(at + 10, m.readableBytes() - 10)));
        }
    }

    private void bundle(ByteBuf m) {
        int at = m.readerIndex();
        if (m.readableBytes() < 24 || m.getInt(at + 8) != ONF) {
            return;
        }
        if (m.getInt(at + 12) == ADD) {
            load.flowMod();
        } else if (m.getInt(at + 12) == CONTROL) {
            ByteBuf body = Unpooled.buffer().writeBytes(m, at + 8, 16);
            int control = body.getUnsignedShort(12);
            body.setShort(12, control + 1);
            reply(m, 4, body);
            if (control == COMMIT) {
                load.committed(!inSync);
                inSync = true;
            }
        }
    }

    private void reply(ByteBuf request, int type, ByteBuf body) {
        out().writeByte(4)
                .writeByte(type)
                .writeShort(8 + body.readableBytes())
                .writeInt(request.getInt(request.readerIndex() + 4))
                .writeBytes(body);
    }
}
