package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.openflow.codec.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A peer of the OpenFlow port that a test writes byte by byte. Not a switch: it does only what the test says. */
final class RawPeer implements AutoCloseable {
    private static final int FEATURES_REPLY = 6;
    private static final int ROLE_REPLY = 25;
    private static final int PORT_DESC = 13;
    private static final int PORT_BYTES = 64;

    /** A received message. @param body without the header */
    record Message(int type, int xid, byte[] body) {}

    final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    RawPeer(InetSocketAddress server) throws IOException {
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(server);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Waits until something holds, ten seconds at most. @param name what, for people */
    static void await(BooleanSupplier what, String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, name);
            Thread.sleep(5);
        }
    }

    static byte[] message(int type, int xid, byte[] body) {
        return ByteBuffer.allocate(Wire.HEADER + body.length)
                .put((byte) Wire.VERSION)
                .put((byte) type)
                .putShort((short) (Wire.HEADER + body.length))
                .putInt(xid)
                .put(body)
                .array();
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    Message receive() throws IOException {
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        int xid = in.readInt();
        byte[] body = new byte[length - Wire.HEADER];
        in.readFully(body);
        return new Message(type, xid, body);
    }

    /** Reads until a message of this type. */
    Message receive(int type) throws IOException {
        Message m = receive();
        while (m.type != type) {
            m = receive();
        }
        return m;
    }

    /** Reads until the server closes. @return whether it did so before the socket's timeout */
    boolean isClosedByServer() {
        try {
            while (in.read(new byte[4096]) >= 0) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Does the handshake up to, but without, the description of the ports. @return the xid of the request for them */
    int handshake(long datapathId) throws IOException {
        send(message(0, 1, new byte[0]));
        Message features = receive(5);
        send(featuresReply(features.xid, datapathId));
        Message role = receive(24);
        send(message(ROLE_REPLY, role.xid, role.body));
        return receive(18).xid;
    }

    static byte[] featuresReply(int xid, long datapathId) {
        return message(
                FEATURES_REPLY, xid, ByteBuffer.allocate(24).putLong(datapathId).array());
    }

    /** Completes the handshake, with these ports. */
    void introduce(long datapathId, String... ports) throws IOException {
        send(ports(handshake(datapathId), false, 1, ports));
    }

    /** A reply with ports. @param more whether it says that another part follows */
    static byte[] ports(int xid, boolean more, int first, String... names) {
        ByteBuffer body = ByteBuffer.allocate(8 + names.length * PORT_BYTES);
        body.putShort((short) PORT_DESC).putShort((short) (more ? 1 : 0)).putInt(0);
        for (int i = 0; i < names.length; i++) {
            body.put(port(first + i, names[i]));
        }
        return message(Wire.MULTIPART_REPLY, xid, body.array());
    }

    /** A PORT_STATUS that adds a port. */
    static byte[] portAdded(int number, String name) {
        return message(
                Handshake.PORT_STATUS,
                0,
                ByteBuffer.allocate(8 + PORT_BYTES)
                        .putLong(0)
                        .put(port(number, name))
                        .array());
    }

    private static byte[] port(int number, String name) {
        return ByteBuffer.allocate(PORT_BYTES)
                .putInt(number)
                .putInt(0)
                .put(new byte[8])
                .put(java.util.Arrays.copyOf(name.getBytes(StandardCharsets.ISO_8859_1), 16))
                .array();
    }

    /** Closes with a RST instead of a FIN. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
