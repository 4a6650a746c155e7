package io.heddle.controller.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The version on trial: it goes back by itself unless somebody confirms it in time, so that whoever cuts himself off by
 * a change need not do anything. It stands in a file, so that it also goes back if the controller was away meanwhile.
 * Any thread.
 */
public final class Trials implements AutoCloseable {
    /** The longest trial. */
    public static final Duration LONGEST = Duration.ofDays(1);

    private static final int RETRY_MILLIS = 5000;
    private static final int CLOSE_SECONDS = 10;
    private static final String FILE = "trial.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateFolder state;
    private final Path file;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "heddle-trial");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Optional<Trial> current;
    /** The trial that ended last because another version was accepted in place of its own. */
    private volatile Optional<Trial> overtaken = Optional.empty();

    private ScheduledFuture<?> end;

    /**
     * A version on trial.
     *
     * @param before the version to which it goes back, 0 for an empty network
     * @param author who applied it
     * @param until when it goes back
     */
    public record Trial(int version, int before, String author, Instant until) {}

    /** Reads what was on trial. @throws IOException if the file cannot be read; its message says what to do */
    public Trials(StateFolder state) throws IOException {
        this.state = state;
        file = state.file(FILE);
        current = Files.exists(file) ? Optional.of(read()) : Optional.empty();
    }

    private Trial read() throws IOException {
        try {
            JsonNode j = JSON.readTree(file.toFile());
            return new Trial(
                    j.required("version").asInt(),
                    j.required("before").asInt(),
                    j.required("author").asText(),
                    Instant.parse(j.required("until").asText()));
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    file + ": is no version on trial (" + e.getMessage()
                            + "); delete the file to keep the latest version",
                    e);
        }
    }

    /** What is on trial, or was until a later version came into force. */
    public Optional<Trial> current() {
        return current;
    }

    /** The trial of a version that nobody has kept; empty if it had none, or somebody has kept it. */
    Optional<Trial> unkept(int version) {
        // In this order: a trial is noted as overtaken before it is not current any more.
        return current.filter(t -> t.version == version).or(() -> overtaken.filter(t -> t.version == version));
    }

    /** Stores a trial, synced to disk. It is current only after {@link #begin}. */
    synchronized void store(Trial trial) throws IOException {
        state.replace(
                FILE,
                JSON.writeValueAsBytes(Map.of(
                        "version", trial.version,
                        "before", trial.before,
                        "author", trial.author,
                        "until", trial.until.toString())));
    }

    /** Stores the current trial again, or none, as far as the disk allows: a trial of no version counts for nothing. */
    synchronized void undo() {
        try {
            if (current.isPresent()) {
                store(current.get());
            } else {
                state.delete(FILE);
            }
        } catch (IOException e) {
            // The caller reports that it cannot write.
        }
    }

    /** Makes a stored trial current, and lets its time run. @param expired goes back */
    synchronized void begin(Trial trial, Consumer<Trial> expired) {
        long left = Math.max(0, Duration.between(Instant.now(), trial.until).toMillis());
        schedule(trial, expired, left);
    }

    /** Tries again soon to go back. */
    synchronized void retry(Trial trial, Consumer<Trial> expired) {
        if (current.equals(Optional.of(trial))) {
            schedule(trial, expired, RETRY_MILLIS);
        }
    }

    private void schedule(Trial trial, Consumer<Trial> expired, long millis) {
        cancel();
        if (current.isPresent() && !current.equals(Optional.of(trial))) {
            overtaken = current;
        }
        current = Optional.of(trial);
        if (!clock.isShutdown()) {
            end = clock.schedule(() -> expired.accept(trial), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void cancel() {
        if (end != null) {
            end.cancel(false);
        }
    }

    /** Nothing is on trial any more; synced to disk, so that it stays so. @param isKept whether the version stays */
    synchronized void end(boolean isKept) throws IOException {
        state.delete(FILE);
        overtaken = isKept ? Optional.empty() : current;
        current = Optional.empty();
        cancel();
    }

    /** Waits for a version that is going back just now. */
    @Override
    public void close() {
        synchronized (this) {
            cancel();
            clock.shutdown();
        }
        try {
            clock.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
