package io.heddle.controller.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.store.DurableFile;
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

    private static final int RETRY_SECONDS = 5;
    private static final String FILE = "trial.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "heddle-trial");
        thread.setDaemon(true);
        return thread;
    });

    private Optional<Trial> current;
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
    public Trials(Path state) throws IOException {
        file = state.resolve(FILE);
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

    /** The version on trial. */
    public synchronized Optional<Trial> current() {
        return current;
    }

    /** Stores a trial, synced to disk. It ends only after {@link #begin}. */
    synchronized void store(Trial trial) throws IOException {
        DurableFile.replace(
                file,
                JSON.writeValueAsBytes(Map.of(
                        "version", trial.version,
                        "before", trial.before,
                        "author", trial.author,
                        "until", trial.until.toString())));
        current = Optional.of(trial);
    }

    /** Lets the time of the trial run. @param expired goes back */
    synchronized void begin(Consumer<Trial> expired) {
        Trial trial = current.orElseThrow();
        long left = Math.max(0, Duration.between(Instant.now(), trial.until).toMillis());
        end = clock.schedule(() -> expired.accept(trial), left, TimeUnit.MILLISECONDS);
    }

    /** Tries again soon to go back. */
    synchronized void retry(Consumer<Trial> expired) {
        current.ifPresent(trial -> end = clock.schedule(() -> expired.accept(trial), RETRY_SECONDS, TimeUnit.SECONDS));
    }

    /** Nothing is on trial any more. */
    synchronized void end() throws IOException {
        Files.deleteIfExists(file);
        current = Optional.empty();
        if (end != null) {
            end.cancel(false);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
