package io.heddle.containers.ports;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs commands of the host. */
final class Commands {
    private static final int LIMIT_SECONDS = 20;

    private Commands() {}

    /** What a command printed. */
    record Result(int exit, String output, String error) {
        boolean ok() {
            return exit == 0;
        }
    }

    /** Runs commands. */
    interface Runner {
        /** @param input what the command reads @throws Refusal if the command cannot be run */
        Result run(String input, List<String> command) throws Refusal;
    }

    /** Runs a command. One that takes too long is killed, with its descendants. @throws Refusal if it cannot be run */
    static Result attempt(String input, List<String> command) throws Refusal {
        try {
            Process process = new ProcessBuilder(command).start();
            CompletableFuture<Void> late = CompletableFuture.runAsync(
                    () -> kill(process), CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS));
            feed(process, input);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // Errors are short: they wait in the pipe until the output has ended.
            String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (!late.cancel(false)) {
                throw new Refusal(
                        Refusal.Kind.BROKEN, "\"" + command.get(0) + "\" did not end within " + LIMIT_SECONDS + " s");
            }
            return new Result(exit, output, error);
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.BROKEN, "cannot run " + command.get(0) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Refusal.Kind.TRY_LATER, "the daemon is stopping; try again later");
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void feed(Process process, String input) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A command that ended before it read everything says why.
            if (process.isAlive()) {
                throw e;
            }
        }
    }
}
