package io.heddle.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The effect of each {@link Attack} on the controller's memory and health, and on an uninvolved switch. Fifty
 * connections attack.
 */
final class AttackBench {
    private static final int PORT = 16753;
    private static final int OTHER_PORT = 16853;
    private static final int CONNECTIONS = 50;
    private static final int ECHOES = 1000;
    private static final int QUIET_ROUNDS = 4;
    private static final int RECOVERY_MILLIS = 5000;
    private static final int FIRST = -20;

    private AttackBench() {}

    /**
     * Figures of one attack.
     *
     * @param grown growth of the memory in use after a collection, in bytes, the attack still running
     * @param live slowest answer of {@code /health/live} during the attack, in ms
     * @param echoQuiet 99th percentile of another switch's echo before, in ms
     * @param echo the same during the attack
     * @param echoAfter the same five seconds after it
     * @param changeQuiet the time until a changed rule reaches the other switch before, in ms, 99th percentile
     * @param change the same during the attack
     */
    record Result(
            Attack attack,
            double grown,
            double live,
            double echoQuiet,
            double echo,
            double echoAfter,
            double changeQuiet,
            double change) {
        /** Whether the figures are within their limits, see docs/security.md. */
        boolean isBounded() {
            // On two cores a thread waits for time slices of some milliseconds: such times are not the controller's.
            return grown < 256e6
                    && live < 1000
                    && (echo < 3 * echoQuiet || echo < 5)
                    && (change < 3 * changeQuiet || change < 50);
        }
    }

    /** The times of another switch, in ms: in all rounds of a phase, since a single second may be an unlucky one. */
    private static final class Times {
        private final List<Double> echoes = new ArrayList<>();
        private final List<Double> changes = new ArrayList<>();

        private void take(Peer heddle, Load other) throws IOException, InterruptedException {
            echoes.addAll(StormBench.echoTimes(other, ECHOES));
            changes.addAll(StormBench.changeTimes(heddle, other));
        }

        private double echo() {
            return StormBench.percentile(echoes);
        }

        private double change() {
            return StormBench.percentile(changes);
        }
    }

    /** Measures one attack. @param seconds how long it lasts, at least 10 */
    static Result measure(Attack attack, int seconds) throws IOException, InterruptedException {
        try (Peer heddle = Peer.heddle(PORT, Networks.ofEmulated(1, PacketInBench.RULES));
                Load quiet = new Load(1, 1, 1)) {
            quiet.connect(heddle.address()).settle();
            quiet.precede(FIRST);
            Times warmUp = new Times();
            warmUp.take(heddle, quiet);
            Times before = new Times();
            for (int i = 0; i < QUIET_ROUNDS; i++) {
                before.take(heddle, quiet);
            }
            double memory = heddle.usedBytes();
            Process attackers = start(attack, seconds, heddle);
            try {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds - 4L);
                double live = 0;
                Times during = new Times();
                Thread.sleep(2000);
                do {
                    live = Math.max(live, live(heddle));
                    during.take(heddle, quiet);
                } while (System.nanoTime() < end);
                double grown = heddle.usedBytes() - memory;
                attackers.destroy();
                attackers.waitFor();
                Thread.sleep(RECOVERY_MILLIS);
                double after = StormBench.echoes(quiet, ECHOES);
                return new Result(
                        attack, grown, live, before.echo(), during.echo(), after, before.change(), during.change());
            } finally {
                attackers.destroyForcibly();
            }
        }
    }

    /** The time until the controller says that it lives, in ms; infinite if it does not answer. */
    private static double live(Peer heddle) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            String answer = heddle.get("/health/live");
            return answer.contains("up") ? (System.nanoTime() - begun) / 1e6 : Double.POSITIVE_INFINITY;
        } catch (IOException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /**
     * Figures of a controller to compare Heddle with.
     *
     * @param grown growth of its resident memory, in bytes, the attack still running
     * @param echo as in {@link Result}; infinite if the switch gets no more answers
     */
    record Other(double grown, double echoQuiet, double echo) {
        private String text() {
            return String.format(
                    Locale.ROOT,
                    "%.1f  %.2f/%s",
                    grown / 1e6,
                    echoQuiet,
                    Double.isInfinite(echo) ? "none" : String.format(Locale.ROOT, "%.2f", echo));
        }
    }

    /** Measures one attack on another controller. @param other ready, closed afterwards */
    private static Other compare(Attack attack, int seconds, Peer other) throws IOException, InterruptedException {
        try (other;
                Load quiet = new Load(1, 1, 1)) {
            quiet.connect(other.address()).settle();
            quiet.precede(FIRST);
            StormBench.echoes(quiet, ECHOES);
            double echoQuiet = StormBench.echoes(quiet, ECHOES * QUIET_ROUNDS);
            double memory = other.residentBytes();
            Process attackers = start(attack, seconds, other);
            try {
                Thread.sleep(2000);
                List<Double> echoes = new ArrayList<>();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds - 4L);
                do {
                    echoes.addAll(StormBench.echoTimes(quiet, ECHOES));
                } while (System.nanoTime() < end);
                return new Other(other.residentBytes() - memory, echoQuiet, StormBench.percentile(echoes));
            } finally {
                attackers.destroyForcibly();
            }
        }
    }

    /** Starts another controller, if it is installed. */
    private interface Start {
        Optional<Peer> at(int port) throws IOException, InterruptedException;
    }

    private static String compared(Attack attack, int seconds, Start other) throws IOException, InterruptedException {
        Optional<Peer> peer = attack.isByOpenFlow() ? other.at(OTHER_PORT) : Optional.empty();
        return peer.isEmpty() ? "" : compare(attack, seconds, peer.get()).text();
    }

    private static Process start(Attack attack, int seconds, Peer against) throws IOException {
        return new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Attack.class.getName(),
                        attack.name(),
                        "127.0.0.1",
                        Integer.toString(against.address().getPort()),
                        Integer.toString(CONNECTIONS),
                        Integer.toString(seconds),
                        against.name())
                .inheritIO()
                .start();
    }

    /** Measures attacks and prints a table. @param only the number of one attack, from 1; 0 for all */
    static void print(int seconds, int only) throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%d connections attack for %d s each; figures of another switch are p99 in ms%n%n"
                        + "%-36s %10s %10s %20s %20s %26s %26s%n",
                CONNECTIONS,
                seconds,
                "attack",
                "memory MB",
                "live ms",
                "echo before/in/after",
                "rule before/in",
                "testcontroller: MB  echo",
                "os-ken: MB  echo");
        List<Attack> all = List.of(Attack.values());
        for (Attack attack : only == 0 ? all : List.of(all.get(only - 1))) {
            Result r = measure(attack, seconds);
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %10.1f %10.1f %20s %20s %26s %26s%s%n",
                    attack.text(),
                    r.grown / 1e6,
                    r.live,
                    String.format(Locale.ROOT, "%.2f/%.2f/%.2f", r.echoQuiet, r.echo, r.echoAfter),
                    String.format(Locale.ROOT, "%.1f/%.1f", r.changeQuiet, r.change),
                    compared(attack, seconds, p -> Optional.of(Peer.testController(p))),
                    compared(attack, seconds, Peer::osKen),
                    r.isBounded() ? "" : "  over its limits");
        }
    }
}
