package io.heddle.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
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
            byte[] part = Door.message(Door.MULTIPART_REPLY, 0, Door.flows());
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
                door.send(Door.portStatus(i, "\u001b[2J\n" + i));
            }
        }
    },
    /** As many ports as a stranger may have, from a connection that then begins anew. */
    PORTS_ANEW("1,000 ports each from ever new connections", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            for (int i = 1; i <= 1000; i++) {
                door.send(Door.portStatus(i, "\u001b[2J\n" + i));
            }
            pause(10);
        }
    },
    /** The same port comes and goes. */
    PORT_FLAPS("20,000 port changes a second", 0) {
        @Override
        void run(Door door) throws IOException {
            door.introduce();
            for (int i = 0; true; i++) {
                byte[] change = Door.portStatus(1, "p1");
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
            byte[] echo = Door.message(Door.ECHO_REQUEST, 1, new byte[65_000]);
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
            door.send(Door.message(Door.HELLO, 1, new byte[0]));
            while (true) {
                door.send(Door.message(Door.ECHO_REQUEST, 1, new byte[0]));
                pause(1000);
            }
        }
    },
    /** A whole handshake in one segment, and a reset. */
    RESETS("resets in the handshake", 0) {
        @Override
        void run(Door door) throws IOException {
            ByteBuffer all = ByteBuffer.allocate(200);
            all.put(Door.message(Door.HELLO, 1, new byte[0])).put(Door.features(door.id));
            all.put(Door.message(
                    Door.ROLE_REPLY, 3, ByteBuffer.allocate(16).putInt(2).array()));
            all.put(Door.message(
                    Door.MULTIPART_REPLY,
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
            door.send(Door.put(60_000_000));
            while (true) {
                door.send(new byte[] {'#'});
                pause(1000);
            }
        }
    },
    /** Two hundred connections from each thread that never send anything. */
    SILENT("10,000 silent API connections", 2) {
        @Override
        void run(Door door) throws IOException {
            Door[] more = new Door[199];
            try {
                for (int i = 0; i < more.length; i++) {
                    more[i] = new Door(door.address, door.id, true);
                }
                pause(5_000);
            } finally {
                for (Door d : more) {
                    if (d != null) {
                        d.close();
                    }
                }
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
                    more[i] = new Door(door.address, door.id, true);
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
    /** Bodies as large as a request may have, with almost as many values. */
    LARGE_BODIES("bodies of 16 MB in parallel", 2) {
        @Override
        void run(Door door) throws IOException {
            door.body(16);
        }
    };

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

    /** Whether it needs nothing but an OpenFlow port, which every controller has. */
    boolean isByOpenFlow() {
        return port == 0;
    }

    /** @param args name, address, first port, connections, seconds, {@code heddle} or the name of another controller */
    public static void main(String[] args) throws InterruptedException {
        Attack attack = valueOf(args[0]);
        InetSocketAddress address = new InetSocketAddress(args[1], Integer.parseInt(args[2]) + attack.port);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[4]));
        boolean heddle = args[5].equals("heddle");
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            int id = 0xa000 + i;
            Thread attacker = new Thread(() -> attack.again(address, id, heddle, end));
            attacker.setDaemon(true);
            attacker.start();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
    }

    private void again(InetSocketAddress address, int id, boolean heddle, long end) {
        while (System.nanoTime() < end) {
            try (Door door = new Door(address, id, heddle)) {
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
}
