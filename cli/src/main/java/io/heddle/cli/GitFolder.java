package io.heddle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A folder in a clone of a Git repository, by the command {@code git}. Methods block until it ends. */
final class GitFolder {
    private static final int MOST_SECONDS = 120;
    /** How long git has to end after it was told to. */
    private static final int END_SECONDS = 5;

    private final Path folder;

    /** @throws Heddle.Failure if the folder is in no clone, or there is no command git */
    GitFolder(Path file) throws InterruptedException {
        folder = Files.isDirectory(file) ? file : file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new Heddle.Failure(folder + ": no such folder; clone the repository first");
        }
        run("rev-parse", "--is-inside-work-tree");
    }

    /**
     * Takes over what the branch's upstream has, if it goes on from what is here.
     *
     * @throws Heddle.Failure with what git says; the folder is as before
     */
    void pull() throws InterruptedException {
        run("pull", "--quiet", "--ff-only");
    }

    /** The commit that is checked out: its short hash, its subject and its author. */
    String commit() throws InterruptedException {
        return run("log", "-1", "--format=%h %s (%an)");
    }

    private String run(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nobody is there to type a password.
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        Path output = null;
        Process git = null;
        try {
            // A file, since a pipe could fill up while nobody reads.
            output = Files.createTempFile("heddle-git", "");
            git = builder.redirectOutput(output.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            if (!git.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new Heddle.Failure(
                        "git " + arguments[0] + " has not ended within " + MOST_SECONDS + " s, and was stopped");
            }
            String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
            if (git.exitValue() != 0) {
                throw new Heddle.Failure("git " + arguments[0] + " in " + folder + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new Heddle.Failure("git cannot be run: " + e.getMessage());
        } finally {
            end(git, output);
        }
    }

    private static void end(Process git, Path output) throws InterruptedException {
        if (git != null) {
            List<ProcessHandle> all = new ArrayList<>(git.descendants().toList());
            all.add(git.toHandle());
            all.forEach(ProcessHandle::destroy);
            // It may hold locks that the next one needs.
            if (!git.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        }
        try {
            if (output != null) {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            // What git has said counts more than a file that stays in the temporary folder.
            output.toFile().deleteOnExit();
        }
    }
}
