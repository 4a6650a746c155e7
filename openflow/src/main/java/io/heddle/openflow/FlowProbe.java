package io.heddle.openflow;

import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads the flow entries of a switch that listens for connections, without controlling the switch. Blocks. */
public final class FlowProbe {
    private static final int TIMEOUT_MILLIS = 2000;
    private static final int RETRY_MILLIS = 50;
    private static final int MOST_BYTES = 64 << 20;
    /** Time for the whole answer: a host that sends a byte now and then must not hold up a plan. */
    private static final int LONGEST_SECONDS = 10;

    private FlowProbe() {}

    /** Secures a connection, or leaves it as it is. */
    public interface Securing {
        Socket secure(Socket connected) throws IOException;
    }

    /**
     * Reads all entries.
     *
     * @throws IOException when no connection succeeds within two seconds, or the peer does not answer like a switch
     */
    public static List<FlowCodec.Reported> read(InetSocketAddress address, Securing securing)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address, TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                return ask(securing.secure(socket));
            } catch (java.net.ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private static List<FlowCodec.Reported> ask(Socket socket) throws IOException {
        ByteBuf out = Unpooled.buffer();
        Wire.end(out, Wire.begin(out, 0, 1));
        FlowCodec.writeStatsRequest(out, 2, FlowCodec.ALL_TABLES, 0, 0);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        List<FlowCodec.Reported> flows = new ArrayList<>();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        for (int read = 0; read < MOST_BYTES; ) {
            if (System.nanoTime() > deadline) {
                throw new IOException("no complete answer within " + LONGEST_SECONDS + " s");
            }
            byte[] head = in.readNBytes(Wire.HEADER);
            ByteBuf header = Unpooled.wrappedBuffer(head);
            if (head.length < Wire.HEADER || header.getUnsignedShort(2) < Wire.HEADER) {
                throw new IOException("the switch closed the connection");
            }
            byte[] body = in.readNBytes(header.getUnsignedShort(2) - Wire.HEADER);
            read += head.length + body.length;
            ByteBuf message = Unpooled.wrappedBuffer(head, body);
            if (Wire.type(message) == Wire.ERROR) {
                throw new IOException(ErrorText.of(message));
            } else if (Wire.type(message) == Wire.MULTIPART_REPLY) {
                FlowCodec.readStats(message.duplicate().skipBytes(Wire.HEADER + 8), flows::add);
                if (!Multipart.more(message)) {
                    return flows;
                }
            }
        }
        throw new IOException("more than " + (MOST_BYTES >> 20) + " MB of flow entries");
    }
}
