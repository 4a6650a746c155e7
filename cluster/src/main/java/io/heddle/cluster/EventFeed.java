package io.heddle.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.events.Journal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes the events of a leader to etcd, without letting anybody wait. */
public final class EventFeed implements AutoCloseable {
    /** Events that may wait; further ones are in the leader's journal only. */
    private static final int MOST = 10_000;

    private static final int AT_ONCE = 50;
    private static final int RETRY_MILLIS = 500;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Wakes the thread up at the end. */
    private static final Journal.Event END = new Journal.Event(0, Instant.EPOCH, "", "", "");

    private final Term term;
    private final BlockingQueue<Journal.Event> queue = new LinkedBlockingQueue<>(MOST);
    private final Runnable unfollow;
    private final Thread thread = new Thread(this::run, "heddle-event-feed");
    private volatile boolean closing;

    public EventFeed(Journal journal, Term term) {
        this.term = term;
        unfollow = journal.follow(Long.MAX_VALUE, queue::offer);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Journal.Event first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null || term.ended() != null) {
                    continue;
                }
                List<Journal.Event> some = new ArrayList<>(List.of(first));
                queue.drainTo(some, AT_ONCE - 1);
                some.remove(END);
                Map<Long, String> rows = new TreeMap<>();
                for (Journal.Event e : some) {
                    rows.put(e.id(), JSON.writeValueAsString(e.row()));
                }
                if (!rows.isEmpty()) {
                    write(rows);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Until etcd has them: it may just choose a leader of its own. */
    private void write(Map<Long, String> rows) throws InterruptedException {
        while (term.ended() == null) {
            try {
                term.events(rows);
                return;
            } catch (IOException e) {
                if (closing) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        unfollow.run();
        closing = true;
        queue.offer(END);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
