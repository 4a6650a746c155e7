package io.heddle.topologies.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the system and tells what they said. */
public final class Shell {
    private static final int LIMIT_SECONDS = 120;

    private Shell() {
    }

    /** What a command said and how it ended. */
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

    /** Runs a command whatever comes of it. */
    public static Result attempt(List<String> command) {
        try {
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            p.getOutputStream().close();
            String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!p.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                p.destroyForcibly();
                return new Result(-1, output + "\nstill running after " + LIMIT_SECONDS + " s");
            }
            return new Result(p.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        }
    }

    /** A command inside a network namespace. */
    static List<String> inNamespace(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }
}
