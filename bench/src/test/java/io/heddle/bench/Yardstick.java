package io.heddle.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast the machine is just now, so that limits in seconds hold on any: the time in which the compiler of Java, a
 * fresh process, compiles one small class. Like a controller that starts, it loads classes and runs code that the JVM
 * has not optimized yet.
 */
final class Yardstick {
    private static final int TIMES = 3;

    private Yardstick() {}

    /** Seconds, the median of three. */
    static double seconds() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heddle-yardstick");
        Path source = Files.writeString(
                folder.resolve("Small.java"), "record Small(String text) { int size() { return text.length(); } }");
        try {
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                long begun = System.nanoTime();
                int status = new ProcessBuilder("javac", source.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
                seconds.add((System.nanoTime() - begun) / 1e9);
                if (status != 0) {
                    throw new IOException("javac ended with " + status);
                }
            }
            return FlowsBench.median(seconds);
        } finally {
            Files.deleteIfExists(folder.resolve("Small.class"));
            Files.delete(source);
            Files.delete(folder);
        }
    }
}
