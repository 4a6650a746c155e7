package io.heddle.config;

import io.heddle.flows.model.Limits;
import io.heddle.flows.model.Rate;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the rate limits of a port, in the syntax of tc(8): {@code 10mbit}, {@code 1000pps}; k is a thousand. */
final class Rates {
    private static final Pattern RATE = Pattern.compile("([0-9.]+)([kmgKMG]?)(bit|pps)");
    private static final long LARGEST = 4_000_000_000_000L;

    private final List<Problem> problems;

    Rates(List<Problem> problems) {
        this.problems = problems;
    }

    Limits read(Yaml port) {
        Optional<Rate> ingress = rate(port, "ingress-rate");
        Optional<Rate> burst = rate(port, "ingress-burst");
        if (burst.isPresent() && ingress.isEmpty()) {
            problems.add(port.get("ingress-burst").orElseThrow().problem("needs a rate: add ingress-rate"));
        } else if (burst.isPresent() && burst.get().packets() != ingress.get().packets()) {
            problems.add(port.get("ingress-burst")
                    .orElseThrow()
                    .problem("counts " + (burst.get().packets() ? "packets" : "bits")
                            + " and ingress-rate does not: use one unit"));
        }
        Optional<Rate> egress = rate(port, "egress-rate");
        egress.filter(Rate::packets)
                .ifPresent(r -> problems.add(port.get("egress-rate")
                        .orElseThrow()
                        .problem("queues count bits, not packets: write a rate such as 20mbit")));
        return new Limits(
                ingress.map(r -> new Rate(
                        r.packets(), r.perSecond(), burst.map(Rate::perSecond).orElse(0L))),
                egress,
                rate(port, "broadcast-limit"),
                rate(port, "multicast-limit"),
                rate(port, "unknown-unicast-limit"));
    }

    private Optional<Rate> rate(Yaml port, String key) {
        return port.get(key).flatMap(y -> {
            Matcher m = RATE.matcher(y.text());
            if (!m.matches()) {
                return Optional.empty();
            }
            long unit = switch (m.group(2).toLowerCase(Locale.ROOT)) {
                case "k" -> 1_000L;
                case "m" -> 1_000_000L;
                case "g" -> 1_000_000_000L;
                default -> 1L;
            };
            long value = new BigDecimal(m.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValue();
            boolean packets = m.group(3).equals("pps");
            if (value < (packets ? 1 : 1000) || value > LARGEST) {
                problems.add(
                        y.problem("expected 1kbit or 1pps and more, 4000gbit at most, found \"" + y.text() + "\""));
                return Optional.empty();
            }
            return Optional.of(new Rate(packets, value, 0));
        });
    }
}
