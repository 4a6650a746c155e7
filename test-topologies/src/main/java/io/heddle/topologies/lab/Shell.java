package io.heddle.topologies.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs system commands and returns their output. */
public final class Shell {
    private static final int LIMIT_SECONDS = 180;

    private Shell() {}

    /** The output of a command and its exit code. */
    public record Result(int exit, String output) {
        public boolean ok() {
            return exit == 0;
        }
    }

    /** Runs a command; its words are separated by spaces. @throws IllegalStateException when it fails */
    public static String run(String command) {
        Result r = attempt(List.of(command.trim().split("\\s+")));
        if (!r.ok()) {
            throw new IllegalStateException("\"" + command + "\" failed (" + r.exit + "): " + r.output.strip());
        }
        return r.output;
    }

    /** Runs a command and accepts its failure. One that takes too long is killed with all its descendants. */
    public static Result attempt(List<String> command) {
        Path output = null;
        try {
            // A file instead of a pipe: background processes that the command leaves could hold a pipe open for ever.
            output = Files.createTempFile("heddle-shell", "");
            Process p = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            p.getOutputStream().close();
            boolean ended = p.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                p.descendants().forEach(ProcessHandle::destroyForcibly);
                p.destroyForcibly();
            }
            String text = Files.readString(output);
            return ended
                    ? new Result(p.exitValue(), text)
                    : new Result(-1, text + "\nkilled after " + LIMIT_SECONDS + " s");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        } finally {
            delete(output);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command inside a network namespace. */
    static List<String> inNamespace(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }
}
