package io.heddle.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection of an attacker, and the messages that it sends. */
final class Door implements AutoCloseable {
    static final int HELLO = 0;
    static final int ECHO_REQUEST = 2;
    static final int ECHO_REPLY = 3;
    static final int FEATURES_REPLY = 6;
    static final int PORT_STATUS = 12;
    static final int MULTIPART_REPLY = 19;
    static final int ROLE_REPLY = 25;

    private static final int PATIENCE_MILLIS = 2000;

    final Socket socket = new Socket();
    final InetSocketAddress address;
    final int id;
    private final boolean heddle;
    private final OutputStream out;

    /** @param heddle whether the other end is Heddle, and no controller to compare it with */
    Door(InetSocketAddress address, int id, boolean heddle) throws IOException {
        this.address = address;
        this.id = id;
        this.heddle = heddle;
        socket.connect(address, 2000);
        out = socket.getOutputStream();
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("closed");
        }
        return bytes;
    }

    private ByteBuffer receive() throws IOException {
        byte[] head = read(8);
        int length = ByteBuffer.wrap(head).getShort(2) & 0xffff;
        return ByteBuffer.allocate(length).put(head).put(read(length - 8)).flip();
    }

    /** Does the handshake of a switch with one port: with Heddle until it has asked for the ports. */
    void introduce() throws IOException {
        send(message(HELLO, 1, new byte[0]));
        while (true) {
            ByteBuffer m = receive();
            int xid = m.getInt(4);
            switch (m.get(1)) {
                case 5 -> {
                    send(ByteBuffer.wrap(features(id)).putInt(4, xid).array());
                    if (!heddle) {
                        return;
                    }
                }
                case 24 ->
                    send(ByteBuffer.wrap(m.array()).put(1, (byte) ROLE_REPLY).array());
                case 18 -> {
                    send(message(
                            MULTIPART_REPLY,
                            xid,
                            ByteBuffer.allocate(8).putShort((short) 13).array()));
                    return;
                }
                default -> {}
            }
        }
    }

    /** Sends a whole request with a body of short list items, and reads the answer. @param megabytes its length */
    void body(int megabytes) throws IOException {
        byte[] filler = "- 12345\n".repeat(125_000).getBytes(StandardCharsets.US_ASCII);
        send(put(megabytes * filler.length));
        for (int i = 0; i < megabytes; i++) {
            send(filler);
        }
        read(12);
    }

    /** Reads until a multipart request. @return its xid; 1 if another controller than Heddle asks for nothing */
    int request() throws IOException {
        socket.setSoTimeout(heddle ? 0 : PATIENCE_MILLIS);
        try {
            ByteBuffer m = receive();
            while (m.get(1) != 18) {
                m = receive();
            }
            return m.getInt(4);
        } catch (SocketTimeoutException e) {
            return 1;
        }
    }

    /** Answers a message if it is an echo request. */
    void echo() throws IOException {
        ByteBuffer m = receive();
        if (m.get(1) == ECHO_REQUEST) {
            send(ByteBuffer.wrap(m.array()).put(1, (byte) ECHO_REPLY).array());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static byte[] put(int length) {
        return ("PUT /api/v1/network HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/yaml\r\nContent-Length: "
                        + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] message(int type, int xid, byte[] body) {
        return ByteBuffer.allocate(8 + body.length)
                .put((byte) 4)
                .put((byte) type)
                .putShort((short) (8 + body.length))
                .putInt(xid)
                .put(body)
                .array();
    }

    static byte[] features(long id) {
        return message(FEATURES_REPLY, 2, ByteBuffer.allocate(24).putLong(id).array());
    }

    static byte[] portStatus(int number, String name) {
        ByteBuffer body =
                ByteBuffer.allocate(72).putLong(0).putInt(number).putInt(0).put(new byte[8]);
        return message(
                PORT_STATUS,
                0,
                body.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16))
                        .array());
    }

    /** A part of a flow statistics reply that says that another follows. */
    static byte[] flows() {
        ByteBuffer body = ByteBuffer.allocate(8 + 500 * 56)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(0);
        for (int i = 0; i < 500; i++) {
            body.putShort((short) 56)
                    .put(new byte[46])
                    .putShort((short) 1)
                    .putShort((short) 4)
                    .putInt(0);
        }
        return body.array();
    }
}
