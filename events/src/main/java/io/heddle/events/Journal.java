package io.heddle.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The last {@value #MOST} events in order, also from before restarts. Logs every event as well. Safe from any thread,
 * and never waits for the disk: a thread of its own writes a file of one JSON object per line. A file that has grown
 * too large is renamed and replaces the previous renamed file.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("heddle.events");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A subject that begins with a bridge: {@code hv1/br0}, or a port of it. */
    private static final Pattern PART = Pattern.compile("([^ /]+)/[^ /]+");

    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';
    private static final char CONTROL_PICTURES = '\u2400';
    private static final char UNPRINTABLE = '\ufffd';
    private static final int LONGEST_SUBJECT = 200;
    private static final int LONGEST_TEXT = 2_000;
    private static final int MOST = 10_000;
    private static final long LARGEST_FILE = 4 << 20;
    /** The most events that may wait for the disk; further ones stay in memory only. */
    private static final int LONGEST_QUEUE = 10_000;

    private final Path file;
    private final Path before;
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Event> unwritten = new LinkedBlockingQueue<>(LONGEST_QUEUE);
    private final Thread writer = new Thread(this::write, "heddle-journal");
    private volatile boolean closing;
    private long next = 1;

    /**
     * One event.
     *
     * @param id counts up from 1, over restarts
     * @param kind a word such as {@code connected} or {@code healed}
     * @param subject the host, bridge or switch that the event is about
     * @param text a sentence for people
     */
    public record Event(long id, Instant time, String kind, String subject, String text) {
        /** The event as JSON fields, in files and in the API. */
        public Map<String, Object> row() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", id);
            row.put("time", time.toString());
            row.put("kind", kind);
            row.put("subject", subject);
            row.put("text", text);
            return row;
        }
    }

    /**
     * Opens the journal in the folder {@code state}, with the events of earlier controllers.
     *
     * @throws IOException when the files there cannot be read
     */
    public Journal(Path state) throws IOException {
        Files.createDirectories(state);
        file = state.resolve("journal.jsonl");
        before = state.resolve("journal.before.jsonl");
        read(before);
        read(file);
        writer.setDaemon(true);
        writer.start();
    }

    private void read(Path from) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        for (String line : new String(Files.readAllBytes(from), StandardCharsets.UTF_8).split("\n")) {
            try {
                JsonNode e = JSON.readTree(line);
                keep(new Event(
                        e.path("id").asLong(),
                        Instant.parse(e.path("time").asText()),
                        e.path("kind").asText(),
                        e.path("subject").asText(),
                        e.path("text").asText()));
            } catch (JsonProcessingException | RuntimeException torn) {
                // The controller was killed or the disk was full during this write. Losing one event does no harm.
                LOG.debug("skipped an unreadable line in {}: {}", from, line);
            }
        }
    }

    private void keep(Event e) {
        events.addLast(e);
        next = Math.max(next, e.id() + 1);
        if (events.size() > MOST) {
            events.removeFirst();
        }
    }

    /**
     * Adds an event. Texts may come from anyone who reaches a port: long ones are cut, and control characters replaced,
     * so that they neither fill the memory nor forge lines or steer a terminal.
     */
    public void add(String kind, String about, String what) {
        String subject = harmless(about, LONGEST_SUBJECT);
        String text = harmless(what, LONGEST_TEXT);
        log(kind, subject, text);
        synchronized (events) {
            Event e = new Event(next, Instant.now(), kind, subject, text);
            keep(e);
            unwritten.offer(e);
            listeners.forEach(l -> l.accept(e));
        }
    }

    /** The text without control characters: each becomes its picture (Unicode block Control Pictures). */
    private static String harmless(String text, int longest) {
        String cut = text.length() <= longest ? text : text.substring(0, longest) + "…";
        if (cut.chars().noneMatch(Journal::isControl)) {
            return cut;
        }
        StringBuilder out = new StringBuilder(cut);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (isControl(c)) {
                out.setCharAt(i, c < ' ' ? (char) (CONTROL_PICTURES + c) : UNPRINTABLE);
            }
        }
        return out.toString();
    }

    private static boolean isControl(int c) {
        return Character.isISOControl(c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR;
    }

    /** Logs a line with fields: the event, its subject and, if the subject is a bridge or port, its host and switch. */
    private static void log(String kind, String subject, String text) {
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("event", kind).addKeyValue("subject", subject);
        Matcher part = PART.matcher(subject);
        if (part.lookingAt()) {
            line = line.addKeyValue("host", part.group(1)).addKeyValue("switch", part.group());
        }
        line.log("{} {}: {}", kind, subject, text);
    }

    /** Events with an id above {@code after}, oldest first. */
    public List<Event> since(long after) {
        synchronized (events) {
            List<Event> out = new ArrayList<>();
            events.stream().filter(e -> e.id() > after).forEach(out::add);
            return out;
        }
    }

    /**
     * Passes existing and future events with an id above {@code after} to {@code listener}, in order.
     *
     * @param listener called under the journal's lock: must not block
     * @return ends the subscription
     */
    public Runnable follow(long after, Consumer<Event> listener) {
        synchronized (events) {
            since(after).forEach(listener);
            listeners.add(listener);
        }
        return () -> listeners.remove(listener);
    }

    /** Leaves some numbers out: another controller may have given them to events that are lost. */
    public void leaveOut(long numbers) {
        synchronized (events) {
            next += numbers;
        }
    }

    /** The number of events that wait for the disk. */
    public int waiting() {
        return unwritten.size();
    }

    private void write() {
        BufferedWriter out = null;
        boolean reported = false;
        while (!closing || !unwritten.isEmpty()) {
            try {
                Event e = unwritten.poll(100, TimeUnit.MILLISECONDS);
                if (e == null) {
                    continue;
                }
                if (out == null || Files.size(file) > LARGEST_FILE) {
                    out = open(out);
                }
                out.write(JSON.writeValueAsString(e.row()));
                out.newLine();
                if (unwritten.isEmpty()) {
                    out.flush();
                }
                reported = false;
            } catch (IOException e) {
                if (!reported) {
                    LOG.warn("cannot write events to {}, so they stay in memory only: {}", file, e.getMessage());
                }
                reported = true;
                out = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        shut(out);
    }

    private BufferedWriter open(BufferedWriter old) throws IOException {
        shut(old);
        if (Files.exists(file) && Files.size(file) > LARGEST_FILE) {
            Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
        }
        boolean torn = Files.exists(file) && Files.size(file) > 0;
        BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (torn) {
            // A killed controller may have left half a line: the next event must start a new one.
            out.newLine();
        }
        return out;
    }

    private static void shut(BufferedWriter out) {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            LOG.warn("the journal's last events are lost: {}", e.getMessage());
        }
    }

    /** Writes the remaining events; waits for at most 5 s. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
