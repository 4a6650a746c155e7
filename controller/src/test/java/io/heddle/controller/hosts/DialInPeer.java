package io.heddle.controller.hosts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer that dials in with a system-id. Answers echo requests, and lets Heddle read its empty database. */
final class DialInPeer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket;
    private final String systemId;
    private final Thread thread = new Thread(this::run, "dial-in-peer");
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch mayBeRead = new CountDownLatch(1);
    /** Requests to read the database, which the peer does not answer yet. */
    private final BlockingQueue<JsonNode> reads = new LinkedBlockingQueue<>();

    private volatile boolean mute;

    /** A connected socket, from an address of loopback. */
    static Socket connect(String from, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        return socket;
    }

    /** Dials in by plain TCP. */
    DialInPeer(String from, int port, String systemId) throws IOException {
        this(connect(from, port), systemId);
    }

    DialInPeer(Socket connected, String systemId) {
        this.socket = connected;
        this.systemId = systemId;
        thread.start();
    }

    /** Answers the requests to read its database from now on. */
    void letItBeRead() throws IOException {
        mayBeRead.countDown();
        for (JsonNode read = reads.poll(); read != null; read = reads.poll()) {
            answer(read, "{'Open_vSwitch':{'root':{'new':{'next_cfg':1}}}}");
        }
    }

    /** Answers nothing from now on. */
    void fallSilent() {
        mute = true;
    }

    /** Whether Heddle closes the connection within 20 s. */
    boolean isClosed() throws InterruptedException {
        return ended.await(20, TimeUnit.SECONDS);
    }

    boolean isOpen() {
        return ended.getCount() > 0;
    }

    private void run() {
        try (JsonParser requests = JSON.createParser(socket.getInputStream())) {
            for (JsonNode r = JSON.readTree(requests); r != null && !r.isMissingNode(); r = JSON.readTree(requests)) {
                if (!mute) {
                    take(r);
                }
            }
        } catch (IOException e) {
            // As if Heddle had closed it.
        }
        ended.countDown();
    }

    private void take(JsonNode request) throws IOException {
        switch (request.path("method").asText()) {
            case "echo" -> answer(request, "[]");
            case "transact" -> {
                boolean introduction = request.toString().contains("external_ids");
                String row = introduction ? "{'external_ids':['map',[['system-id','" + systemId + "']]]}" : "";
                answer(request, "[{'rows':[" + row + "]}]");
            }
            case "monitor" -> {
                reads.add(request);
                if (mayBeRead.getCount() == 0) {
                    letItBeRead();
                }
            }
            default -> {
                // An answer to nothing that the peer has asked.
            }
        }
    }

    private synchronized void answer(JsonNode request, String result) throws IOException {
        String text = "{'id':" + request.get("id") + ",'error':null,'result':" + result + "}";
        socket.getOutputStream().write(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
