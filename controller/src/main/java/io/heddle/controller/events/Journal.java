package io.heddle.controller.events;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened, in order, newest kept: the last {@value #MOST} events. Every event is a line of the log as well.
 * Safe from any thread.
 */
public final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger("heddle.events");
    private static final int MOST = 10_000;

    private final Deque<Event> events = new ArrayDeque<>();
    private long next = 1;

    /**
     * One event.
     *
     * @param id counts up from 1
     * @param kind a word such as {@code connected} or {@code healed}
     * @param subject what it happened to: a host, a bridge, a switch
     * @param text a sentence for people
     */
    public record Event(long id, Instant time, String kind, String subject, String text) {
    }

    /** Notes an event. */
    public void add(String kind, String subject, String text) {
        LOG.info("{} {}: {}", kind, subject, text);
        synchronized (events) {
            events.addLast(new Event(next++, Instant.now(), kind, subject, text));
            if (events.size() > MOST) {
                events.removeFirst();
            }
        }
    }

    /** Events with an id over {@code after}, oldest first. */
    public List<Event> since(long after) {
        synchronized (events) {
            List<Event> out = new ArrayList<>();
            events.stream().filter(e -> e.id() > after).forEach(out::add);
            return out;
        }
    }
}
