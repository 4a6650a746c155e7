package io.heddle.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code heddle bench}: what Heddle can do, beside what else there is, in one run. */
public final class Bench {
    private static final String USAGE = "Usage: heddle bench [packet-in] [--switches N] [--window N] [--seconds S] [--rounds N]";

    private Bench() {
    }

    public static void main(String[] args) throws Exception {
        Map<String, Double> options = new LinkedHashMap<>(Map.of("--switches", 16.0, "--window", 64.0,
                "--seconds", 4.0, "--rounds", 3.0));
        for (int i = 0; i < args.length; i += 2) {
            if (!options.containsKey(args[i]) || i + 1 == args.length || !args[i + 1].matches("\\d{1,4}(\\.\\d+)?")) {
                System.err.println(USAGE);
                System.exit(2);
            }
            options.put(args[i], Double.parseDouble(args[i + 1]));
        }
        PacketInBench.print(options.get("--switches").intValue(), options.get("--window").intValue(),
                options.get("--seconds"), options.get("--rounds").intValue());
    }
}
