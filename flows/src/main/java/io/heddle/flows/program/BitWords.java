package io.heddle.flows.program;

import java.util.List;
import java.util.Locale;

/**
 * Fields whose bits have names: {@code later} for a fragment, {@code +syn-ack} for TCP flags. Source: ovs-fields(7),
 * ip_frag and tcp_flags.
 */
final class BitWords {
    /** From bit 0; the last three bits have no name. */
    private static final List<String> FLAGS =
            List.of("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]");

    private static final String FLAGS_EXPECTED = "\" is no TCP flag, expected flags such as +syn-ack (syn set, ack not,"
            + " others either way) or syn|ack (these and no others), of " + String.join(", ", FLAGS);

    private BitWords() {}

    static String print(Field field, Masked m) {
        return field == Field.IP_FRAG ? fragment(m) : flags(m);
    }

    static Masked parse(Field field, String text) {
        return field == Field.IP_FRAG ? fragment(text) : flags(text);
    }

    private static String fragment(Masked m) {
        boolean any = (m.lo() & Field.FRAGMENT) != 0;
        boolean later = (m.lo() & Field.LATER_FRAGMENT) != 0;
        if (m.maskLo() == Field.FRAGMENT) {
            return any ? "yes" : "no";
        } else if (m.maskLo() == Field.LATER_FRAGMENT) {
            return later ? "later" : "not_later";
        }
        return later ? "later" : any ? "first" : "no";
    }

    private static Masked fragment(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "no" -> Masked.exact(Field.IP_FRAG, 0);
            case "yes" -> Masked.of(Field.FRAGMENT, Field.FRAGMENT);
            case "first" -> Masked.exact(Field.IP_FRAG, Field.FRAGMENT);
            case "later" -> Masked.exact(Field.IP_FRAG, Field.FRAGMENT | Field.LATER_FRAGMENT);
            case "not_later" -> Masked.of(0, Field.LATER_FRAGMENT);
            default ->
                throw new FlowSyntaxException("nw_frag: \"" + text + "\" is no kind of fragment, expected no"
                        + " (whole packets), yes (any fragment), first, later or not_later (whole packets and first"
                        + " fragments)");
        };
    }

    private static String flags(Masked m) {
        boolean exact = m.isExact(Field.TCP_FLAGS);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < FLAGS.size(); i++) {
            boolean set = (m.lo() >> i & 1) != 0;
            if (exact && set) {
                out.append(out.isEmpty() ? "" : "|").append(FLAGS.get(i));
            } else if (!exact && (m.maskLo() >> i & 1) != 0) {
                out.append(set ? '+' : '-').append(FLAGS.get(i));
            }
        }
        return out.isEmpty() ? "0" : out.toString();
    }

    private static Masked flags(String text) {
        if (text.startsWith("+") || text.startsWith("-")) {
            return signed(text);
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return Masked.of(bits(text.substring(0, slash), text), bits(text.substring(slash + 1), text));
        }
        long value = 0;
        for (String part : text.split("\\|", -1)) {
            value |= bits(part, text);
        }
        return Masked.exact(Field.TCP_FLAGS, value);
    }

    /** Reads {@code +syn-ack}; a flag may occur only once. */
    private static Masked signed(String text) {
        long value = 0;
        long mask = 0;
        for (String part : text.split("(?=[+-])")) {
            int i = FLAGS.indexOf(part.substring(1));
            if (i < 0) {
                throw new FlowSyntaxException("tcp_flags: \"" + part.substring(1) + FLAGS_EXPECTED);
            }
            if ((mask >> i & 1) != 0) {
                throw new FlowSyntaxException("tcp_flags: " + FLAGS.get(i) + " is given twice");
            }
            mask |= 1L << i;
            value |= part.startsWith("+") ? 1L << i : 0;
        }
        return Masked.of(value, mask);
    }

    private static long bits(String part, String text) {
        int i = FLAGS.indexOf(part);
        if (i >= 0) {
            return 1L << i;
        }
        if (!part.matches("\\d+|0[xX][0-9a-fA-F]+")) {
            throw new FlowSyntaxException("tcp_flags: \"" + (part.isEmpty() ? text : part) + FLAGS_EXPECTED);
        }
        return FieldText.integer(Field.TCP_FLAGS.text(), Field.TCP_FLAGS.bits(), part);
    }
}
