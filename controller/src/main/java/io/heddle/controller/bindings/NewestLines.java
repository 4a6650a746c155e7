package io.heddle.controller.bindings;

import io.heddle.controller.state.Remembered;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes lines by its own thread. While a disk or etcd is slow, only the newest lines wait. A failed write is tried
 * again, with growing pauses. Without lines there is no file, because an earlier Heddle may not know it. Any thread.
 */
final class NewestLines implements AutoCloseable {
    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final Remembered file;
    /** The lines that wait; null for none. */
    private final AtomicReference<Set<String>> newest = new AtomicReference<>();

    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread t = new Thread(r, "heddle-bindings");
        t.setDaemon(true);
        return t;
    });
    /** Null before the first write: what the file has is not known. Confined to {@link #writer}. */
    private Set<String> written;

    private long pauseMillis = FIRST_PAUSE_MILLIS;

    NewestLines(Remembered file) {
        this.file = file;
    }

    /** Replaces all lines, soon. */
    void write(Set<String> lines) {
        if (newest.getAndSet(Set.copyOf(lines)) == null) {
            writer.execute(this::writeNewest);
        }
    }

    private void writeNewest() {
        Set<String> lines = newest.getAndSet(null);
        if (lines == null || lines.equals(written)) {
            return;
        }
        if (lines.isEmpty() ? file.delete() : file.write(lines.stream())) {
            written = lines;
            pauseMillis = FIRST_PAUSE_MILLIS;
            return;
        }
        // The file may have either content.
        written = null;
        // Newer lines have a task of their own.
        if (newest.compareAndSet(null, lines)) {
            writer.schedule(this::writeNewest, pauseMillis, TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    /** Writes what is not written yet, if that takes less than a second. */
    @Override
    public void close() {
        if (writer.isShutdown()) {
            return;
        }
        try {
            writer.submit(this::writeNewest).get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // What is lost here, the hosts tell again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.shutdownNow();
    }
}
