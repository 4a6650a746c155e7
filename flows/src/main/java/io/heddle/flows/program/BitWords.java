package io.heddle.flows.program;

import java.util.List;
import java.util.Locale;

/**
 * Fields whose bits have names: {@code later} for a fragment, {@code +syn-ack} for TCP flags, {@code +new+trk} for the
 * state of a connection. Source: ovs-fields(7), ip_frag, tcp_flags and ct_state.
 */
final class BitWords {
    /** From bit 0; the last three bits have no name. */
    private static final List<String> FLAGS =
            List.of("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]");

    /** The bits of {@link CtState}, from bit 0. */
    private static final List<String> STATES = List.of("new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat");

    private static final String FLAGS_EXPECTED = "\" is no TCP flag, expected flags such as +syn-ack (syn set, ack not,"
            + " others either way) or syn|ack (these and no others), of " + String.join(", ", FLAGS);
    private static final String STATES_EXPECTED = "\" is no state of a connection, expected states such as +new-rel+trk"
            + " or new|trk (these and no others), of " + String.join(", ", STATES);

    private BitWords() {}

    /** Whether values of a field are written as words. */
    static boolean areUsedFor(Field field) {
        return switch (field.form()) {
            case FRAGMENT, TCP_FLAGS, CT_STATE -> true;
            default -> false;
        };
    }

    static String print(Field field, Masked m) {
        return field == Field.IP_FRAG ? fragment(m) : flags(words(field), m);
    }

    static Masked parse(Field field, String text) {
        return field == Field.IP_FRAG ? fragment(text) : flags(field, text);
    }

    private static List<String> words(Field field) {
        return field == Field.CT_STATE ? STATES : FLAGS;
    }

    /** All bits that have a word: a value without a mask asks for these, since the others are never set. */
    private static long all(List<String> words) {
        return (1L << words.size()) - 1;
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

    private static String flags(List<String> words, Masked m) {
        boolean exact = (m.maskLo() & all(words)) == all(words);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            boolean set = (m.lo() >> i & 1) != 0;
            if (exact && set) {
                out.append(out.isEmpty() ? "" : "|").append(words.get(i));
            } else if (!exact && (m.maskLo() >> i & 1) != 0) {
                out.append(set ? '+' : '-').append(words.get(i));
            }
        }
        return out.isEmpty() ? "0" : out.toString();
    }

    private static Masked flags(Field field, String text) {
        if (text.startsWith("+") || text.startsWith("-")) {
            return signed(field, text);
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return Masked.of(bits(field, text.substring(0, slash), text), bits(field, text.substring(slash + 1), text));
        }
        long value = 0;
        for (String part : text.split("\\|", -1)) {
            value |= bits(field, part, text);
        }
        return Masked.of(value, all(words(field)));
    }

    /** Reads {@code +syn-ack}; a flag may occur only once. */
    private static Masked signed(Field field, String text) {
        List<String> words = words(field);
        long value = 0;
        long mask = 0;
        for (String part : text.split("(?=[+-])")) {
            int i = words.indexOf(part.substring(1));
            if (i < 0) {
                throw unknown(field, part.substring(1));
            }
            if ((mask >> i & 1) != 0) {
                throw new FlowSyntaxException(field.text() + ": " + words.get(i) + " is given twice");
            }
            mask |= 1L << i;
            value |= part.startsWith("+") ? 1L << i : 0;
        }
        return Masked.of(value, mask);
    }

    private static long bits(Field field, String part, String text) {
        List<String> words = words(field);
        int i = words.indexOf(part);
        if (i >= 0) {
            return 1L << i;
        }
        if (!part.matches("\\d+|0[xX][0-9a-fA-F]+")) {
            throw unknown(field, part.isEmpty() ? text : part);
        }
        return FieldText.integer(field.text(), words.size(), part);
    }

    private static FlowSyntaxException unknown(Field field, String word) {
        return new FlowSyntaxException(
                field.text() + ": \"" + word + (field == Field.CT_STATE ? STATES_EXPECTED : FLAGS_EXPECTED));
    }
}
