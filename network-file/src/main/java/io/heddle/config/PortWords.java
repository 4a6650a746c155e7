package io.heddle.config;

import io.heddle.flows.program.Masked;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports in a match in words: {@code 80}, {@code 8000-8100}, {@code https}, or a list of them.
 *
 * @param at the place of all of them
 */
record PortWords(Yaml at, List<Item> items) {
    private static final int LAST = 0xffff;
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]{1,7}|\\d{1,9}");

    /** Ports from a first to a last one. @param protocols those of the service, if it was named; otherwise empty */
    private record Item(Yaml at, int first, int last, List<String> protocols) {
        boolean isService() {
            return !protocols.isEmpty();
        }
    }

    /** Reads {@code src-port} or {@code dst-port}; empty if the match has none. */
    static Optional<PortWords> read(Yaml match, String key, List<Problem> problems) {
        return match.get(key).map(at -> {
            List<Item> items = new ArrayList<>();
            for (Yaml y : at.itemsOrSelf()) {
                item(y, problems).ifPresent(items::add);
            }
            return new PortWords(at, items);
        });
    }

    private static Optional<Item> item(Yaml y, List<Problem> problems) {
        if (!y.isScalar()) {
            // The schema check has reported it.
            return Optional.empty();
        } else if (y.isNull()) {
            problems.add(y.problem("expected a port, a range or a service, found nothing"));
            return Optional.empty();
        }
        String text = y.text();
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return range(y, range.group(1), range.group(2), problems);
        } else if (NUMBER.matcher(text).matches()) {
            return range(y, text, text, problems);
        }
        Optional<Services.Service> service = Services.find(text);
        if (service.isEmpty()) {
            problems.add(y.problem(
                    text.matches("\\d+:\\d+")
                            ? "write the range as " + text.replace(':', '-')
                            : text.contains(",")
                                    ? "write several ports as a list: [" + text + "]"
                                    : Services.unknown(text)));
        }
        return service.map(s -> new Item(y, s.port(), s.port(), s.protocols()));
    }

    private static Optional<Item> range(Yaml y, String from, String to, List<Problem> problems) {
        String wrong = from.matches("0\\d+") ? from : to.matches("0\\d+") ? to : null;
        if (wrong != null) {
            problems.add(y.problem("\"" + y.text() + "\": a number that starts with 0 may be octal: write "
                    + wrong.replaceFirst("^0+(?=.)", "")));
            return Optional.empty();
        }
        int first = Integer.decode(from);
        int last = Integer.decode(to);
        if (first > LAST || last > LAST) {
            problems.add(y.problem("port " + Math.max(first, last) + " is out of range, expected 0 to " + LAST));
        } else if (first > last) {
            problems.add(y.problem("the range " + y.text() + " ends before it begins: write " + last + "-" + first));
        } else {
            return Optional.of(new Item(y, first, last, List.of()));
        }
        return Optional.empty();
    }

    /** The protocols that the services imply; empty if there is no service, so that any protocol fits. */
    List<String> implied() {
        return Services.PROTOCOLS.stream()
                .filter(p -> items.stream().anyMatch(i -> i.protocols.contains(p)))
                .toList();
    }

    /** Without {@code proto}, the ports are either all services or all numbers. */
    boolean checkImplied(List<Problem> problems) {
        Optional<Item> number = items.stream().filter(i -> !i.isService()).findFirst();
        boolean mixed = number.isPresent() && items.stream().anyMatch(Item::isService);
        if (mixed) {
            Yaml at = number.get().at;
            problems.add(at.problem(at.text() + " needs a protocol: a service implies only its own; add proto: tcp"));
        }
        return !mixed;
    }

    /** Whether all services use a given protocol. */
    boolean check(String proto, List<Problem> problems) {
        List<Item> others = items.stream()
                .filter(i -> i.isService() && !i.protocols.contains(proto))
                .toList();
        others.forEach(i ->
                problems.add(i.at.problem(i.at.text() + " is " + String.join(" or ", i.protocols) + ", and proto says "
                        + proto + ": write " + i.first + " if you mean port " + i.first + " of " + proto)));
        return others.isEmpty();
    }

    /** The matches of the ports of one protocol, without overlap. */
    List<Masked> masks(String proto) {
        BitSet ports = new BitSet();
        items.stream()
                .filter(i -> !i.isService() || i.protocols.contains(proto))
                .forEach(i -> ports.set(i.first, i.last + 1));
        return PortRanges.masks(ports);
    }
}
