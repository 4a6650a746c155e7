package io.heddle.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Attacks on a controller's ports, each from many connections. A process of its own, so that it takes its processor
 * time at the lowest priority. When the controller closes a connection, the attacker opens another.
 */
enum Attack {
    /** Answers to requests without end: every part says that another follows. */
    ENDLESS_ANSWERS("answers without end", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            byte[] part = message(MULTIPART_REPLY, 0, flows());
            while (true) {
                int xid = door.request();
                while (xid != 0) {
                    door.send(ByteBuffer.wrap(part).putInt(4, xid).array());
                }
            }
        }
    },
    /** Ever new ports. */
    NEW_PORTS("ever new ports", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            for (int i = 1; true; i++) {
                door.send(portStatus(i, "\u001b[2J\n" + i));
            }
        }
    },
    /** The same port comes and goes. */
    PORT_FLAPS("20,000 port changes a second", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            for (int i = 0; true; i++) {
                byte[] change = portStatus(1, "p1");
                change[8] = (byte) (i % 2);
                door.send(change);
                if (i % 40 == 0) {
                    pause(100);
                }
            }
        }
    },
    /** Echo requests of 64 kB; never reads a reply. */
    UNREAD_ECHOES("unread echoes of 64 kB", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            byte[] echo = message(ECHO_REQUEST, 1, new byte[65_000]);
            while (true) {
                door.send(echo);
            }
        }
    },
    /** Answers echo requests, and nothing else. */
    MUTE("mute switches", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            while (true) {
                door.echo();
            }
        }
    },
    /** Sends an echo request from time to time, and never introduces itself. */
    ENDLESS_HANDSHAKE("handshakes that never end", 0) {
        @Override
        void run(Door door) throws IOException {
            door.send(message(HELLO, 1, new byte[0]));
            while (true) {
                door.send(message(ECHO_REQUEST, 1, new byte[0]));
                pause(1000);
            }
        }
    },
    /** A whole handshake in one segment, and a reset. */
    RESETS("resets in the handshake", 0) {
        @Override
        void run(Door door) throws IOException {
            ByteBuffer all = ByteBuffer.allocate(200);
            all.put(message(HELLO, 1, new byte[0])).put(features(door.id));
            all.put(message(ROLE_REPLY, 3, ByteBuffer.allocate(16).putInt(2).array()));
            all.put(message(
                    MULTIPART_REPLY,
                    4,
                    ByteBuffer.allocate(8).putShort((short) 13).array()));
            door.send(Arrays.copyOf(all.array(), all.position()));
            door.socket.setSoLinger(true, 0);
            pause(1);
        }
    },
    /** The first part of a long message. */
    HALF_MESSAGES("half-sent OVSDB messages of 64 MB", 1) {
        @Override
        void run(Door door) throws IOException {
            door.send("{\"id\":1,\"method\":\"echo\",\"params\":[\"".getBytes(StandardCharsets.US_ASCII));
            byte[] filler = "x".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 1023; i++) {
                door.send(filler);
            }
            pause(60_000);
        }
    },
    /** Updates with ever new rows. */
    ROWS("OVSDB rows without end", 1) {
        @Override
        void run(Door door) throws IOException {
            for (int i = 0; true; i++) {
                door.send(("{\"id\":null,\"method\":\"update\",\"params\":[\"heddle\",{\"Port\":{\"" + i
                                + "\":{\"new\":{\"name\":\"p" + i + "\"}}}}]}")
                        .getBytes(StandardCharsets.US_ASCII));
            }
        }
    },
    /** A system-id of 50 kB with control characters, from ever new connections. */
    NAMES("long names with control characters", 1) {
        @Override
        void run(Door door) throws IOException {
            door.read(64);
            door.send(
                    ("{\"id\":\"0\",\"error\":null,\"result\":[{\"rows\":[{\"external_ids\":[\"map\",[[\"system-id\",\""
                                    + "\\u001b\\n" + door.id + "x".repeat(50_000) + "\"]]]}]}]}")
                            .getBytes(StandardCharsets.US_ASCII));
            pause(200);
        }
    },
    /** One byte of a body every second. */
    SLOW_BODIES("slow HTTP bodies", 2) {
        @Override
        void run(Door door) throws IOException {
            door.send(put(60_000_000));
            while (true) {
                door.send(new byte[] {'#'});
                pause(1000);
            }
        }
    },
    /** Two hundred event streams from each connection's thread. */
    EVENT_STREAMS("10,000 open event streams", 2) {
        @Override
        void run(Door door) throws IOException {
            Door[] more = new Door[199];
            byte[] follow = "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
            try {
                door.send(follow);
                for (int i = 0; i < more.length; i++) {
                    more[i] = new Door(door.address, door.id);
                    more[i].send(follow);
                }
                pause(60_000);
            } finally {
                for (Door d : more) {
                    if (d != null) {
                        d.close();
                    }
                }
            }
        }
    },
    /** Bodies of 60 MB, which is more than a request may have. */
    HUGE_BODIES("bodies of 60 MB in parallel", 2) {
        @Override
        void run(Door door) throws IOException {
            door.body(60);
        }
    },
    /** Bodies as large as a request may have. */
    LARGE_BODIES("bodies of 16 MB in parallel", 2) {
        @Override
        void run(Door door) throws IOException {
            door.body(16);
        }
    };

    static final int HELLO = 0;
    static final int ECHO_REQUEST = 2;
    static final int ECHO_REPLY = 3;
    static final int FEATURES_REPLY = 6;
    static final int PORT_STATUS = 12;
    static final int MULTIPART_REPLY = 19;
    static final int ROLE_REPLY = 25;

    private final String text;
    /** Which of the controller's three ports: OpenFlow, OVSDB, API. */
    private final int port;

    Attack(String text, int port) {
        this.text = text;
        this.port = port;
    }

    /** The attack in words. */
    String text() {
        return text;
    }

    /** Attacks by one connection until it is closed. */
    abstract void run(Door door) throws IOException;

    /** @param args name, address, first port, connections, seconds */
    public static void main(String[] args) throws InterruptedException {
        Attack attack = valueOf(args[0]);
        InetSocketAddress address = new InetSocketAddress(args[1], Integer.parseInt(args[2]) + attack.port);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[4]));
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            int id = 0xa000 + i;
            Thread attacker = new Thread(() -> attack.again(address, id, end));
            attacker.setDaemon(true);
            attacker.start();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
    }

    private void again(InetSocketAddress address, int id, long end) {
        while (System.nanoTime() < end) {
            try (Door door = new Door(address, id)) {
                run(door);
            } catch (IOException e) {
                // The controller has closed the connection: that is what it should do.
                pause(10);
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] put(int length) {
        return ("PUT /api/v1/network HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/yaml\r\nContent-Length: "
                        + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] message(int type, int xid, byte[] body) {
        return ByteBuffer.allocate(8 + body.length)
                .put((byte) 4)
                .put((byte) type)
                .putShort((short) (8 + body.length))
                .putInt(xid)
                .put(body)
                .array();
    }

    private static byte[] features(long id) {
        return message(FEATURES_REPLY, 2, ByteBuffer.allocate(24).putLong(id).array());
    }

    private static byte[] portStatus(int number, String name) {
        ByteBuffer body =
                ByteBuffer.allocate(72).putLong(0).putInt(number).putInt(0).put(new byte[8]);
        return message(
                PORT_STATUS,
                0,
                body.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16))
                        .array());
    }

    /** A part of a flow statistics reply that says that another follows. */
    private static byte[] flows() {
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

    /** One connection of an attacker. */
    static final class Door implements AutoCloseable {
        final Socket socket = new Socket();
        final InetSocketAddress address;
        final int id;
        private final OutputStream out;

        Door(InetSocketAddress address, int id) throws IOException {
            this.address = address;
            this.id = id;
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

        /** Does the handshake of a switch with one port. */
        void introduce() throws IOException {
            send(message(HELLO, 1, new byte[0]));
            while (true) {
                ByteBuffer m = receive();
                int xid = m.getInt(4);
                switch (m.get(1)) {
                    case 5 -> send(ByteBuffer.wrap(features(id)).putInt(4, xid).array());
                    case 24 ->
                        send(ByteBuffer.wrap(m.array())
                                .put(1, (byte) ROLE_REPLY)
                                .array());
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
            byte[] filler = "- 1\n".repeat(250_000).getBytes(StandardCharsets.US_ASCII);
            send(put(megabytes * filler.length));
            for (int i = 0; i < megabytes; i++) {
                send(filler);
            }
            read(12);
        }

        /** Reads until a multipart request. @return its xid */
        int request() throws IOException {
            ByteBuffer m = receive();
            while (m.get(1) != 18) {
                m = receive();
            }
            return m.getInt(4);
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
    }
}
