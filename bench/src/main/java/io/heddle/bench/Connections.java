package io.heddle.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Short TCP connections, from one guest to another: one byte, one byte back, and both close. {@code server PORT}
 * answers until it is killed. {@code client ADDRESS PORT SECONDS SOURCES} prints how many connections there were in
 * all, how many a second after a second of warming up, and how many failed. With SOURCES, they come from as many
 * addresses in turn.
 */
final class Connections {
    /** Where the client's addresses are. */
    static final String SOURCES = "10.64.0.0/16";

    /** Connections at a time. */
    private static final int THREADS = 8;

    private static final int BACKLOG = 128;
    private static final int TIMEOUT_MILLIS = 3000;
    private static final long WARM_UP_NANOS = 1_000_000_000L;
    private static final int FAILURES = 20;

    private Connections() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("server")) {
            serve(Integer.parseInt(args[1]));
        } else {
            InetSocketAddress to = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
            connect(to, Double.parseDouble(args[3]), Integer.parseInt(args[4]));
        }
    }

    private static void serve(int port) throws IOException, InterruptedException {
        try (ServerSocket listening = new ServerSocket(port, BACKLOG)) {
            Thread[] threads = start(() -> {
                while (true) {
                    try (Socket s = listening.accept()) {
                        s.setSoTimeout(TIMEOUT_MILLIS);
                        s.getOutputStream().write(s.getInputStream().read());
                        s.getInputStream().read();
                    } catch (IOException e) {
                        // A client that gave up is the client's to report.
                        continue;
                    }
                }
            });
            join(threads);
        }
    }

    private static void connect(InetSocketAddress to, double seconds, int sources) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        long end = System.nanoTime() + WARM_UP_NANOS + (long) (seconds * 1e9);
        Thread[] threads = start(() -> {
            while (System.nanoTime() < end && failed.get() < FAILURES) {
                try (Socket s = new Socket()) {
                    s.setTcpNoDelay(true);
                    if (sources > 0) {
                        s.bind(source(next.getAndIncrement() % sources));
                    }
                    s.setSoTimeout(TIMEOUT_MILLIS);
                    s.connect(to, TIMEOUT_MILLIS);
                    s.getOutputStream().write(1);
                    s.getInputStream().read();
                    done.incrementAndGet();
                } catch (IOException e) {
                    failed.incrementAndGet();
                }
            }
        });
        Thread.sleep(WARM_UP_NANOS / 1_000_000);
        long begun = System.nanoTime();
        long before = done.get();
        join(threads);
        double took = (System.nanoTime() - begun) / 1e9;
        System.out.println(done.get() + " " + (done.get() - before) / took + " " + failed.get());
    }

    /** An address of {@link #SOURCES}, which the client's kernel must take for its own. */
    private static InetSocketAddress source(int number) throws IOException {
        byte[] address = {10, 64, (byte) (number >> 8), (byte) number};
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    private static Thread[] start(Runnable work) {
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(work);
            threads[i].start();
        }
        return threads;
    }

    private static void join(Thread[] threads) throws InterruptedException {
        for (Thread t : threads) {
            t.join();
        }
    }
}
