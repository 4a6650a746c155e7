package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The reason of a flow entry. Code that depends on a reason uses its type, its {@link #kind()} and its fields. The
 * words are for people, so rewording one changes nothing else. Immutable, with {@code equals} by value.
 */
public sealed interface Reason {
    /** A decision of an access list, by one of its rules or by its default. */
    sealed interface OfList extends Reason {
        /** The list's name. */
        String list();

        /** The deciding rule: its number, or {@code default}. */
        String rule();
    }

    /**
     * A rule of an access list.
     *
     * @param number the rule's position in its list, from 1
     * @param isDrop whether the rule drops frames; otherwise they pass
     */
    record AclRule(String list, int number, boolean isDrop) implements OfList {
        @Override
        public String rule() {
            return Integer.toString(number);
        }

        @Override
        public String kind() {
            return "acl-rule";
        }

        @Override
        public List<String> about() {
            return List.of(list, rule());
        }

        @Override
        public String words() {
            return "acl " + list + " rule " + number;
        }

        @Override
        public String phrase() {
            return Wording.of("acl " + list + ", rule " + number);
        }
    }

    /** An access list drops frames that match none of its rules ({@code default: drop}). */
    record AclDefault(String list) implements OfList {
        @Override
        public String rule() {
            return "default";
        }

        @Override
        public String kind() {
            return "acl-default";
        }

        @Override
        public boolean isDrop() {
            return true;
        }

        @Override
        public List<String> about() {
            return List.of(list);
        }

        @Override
        public String words() {
            return "acl " + list + " default";
        }

        @Override
        public String phrase() {
            return Wording.of("acl " + list + ", default");
        }
    }

    /** A rule of an access list drops what is more than its rate. @param number the rule's position, from 1 */
    record RuleRate(String list, int number) implements OfList {
        @Override
        public String rule() {
            return Integer.toString(number);
        }

        @Override
        public String kind() {
            return "acl-rate";
        }

        @Override
        public boolean isDrop() {
            return true;
        }

        @Override
        public List<String> about() {
            return List.of(list, rule());
        }

        @Override
        public String words() {
            return "acl " + list + " rule " + number + ": more than its rate";
        }

        @Override
        public String phrase() {
            return Wording.of("acl " + list + ", rule " + number + ", because there are more than its rate");
        }
    }

    /**
     * A rate limit for incoming frames of a port.
     *
     * @param of the port's name
     * @param traffic the limited frames: {@code broadcast}, {@code multicast}, {@code unknown unicast}, or "" for all
     * @param rate as in the network file, such as {@code 10Mbit}
     */
    record RateLimit(String of, String traffic, String rate) implements Reason {
        @Override
        public String kind() {
            return "rate-limit";
        }

        @Override
        public Optional<String> port() {
            return Optional.of(of);
        }

        @Override
        public List<String> about() {
            return List.of(of, traffic, rate);
        }

        @Override
        public String words() {
            return "shaping: " + limit();
        }

        /** The limit without the app's name. */
        public String limit() {
            return traffic.isEmpty()
                    ? "port " + of + " sends at most " + rate
                    : traffic + " by port " + of + " at most " + rate;
        }
    }

    /** A port carries frames of a network. @param by the port's name */
    record Carries(String by, String network) implements Reason {
        @Override
        public String kind() {
            return "carries";
        }

        @Override
        public Optional<String> port() {
            return Optional.of(by);
        }

        @Override
        public List<String> about() {
            return List.of(by, network);
        }

        @Override
        public String words() {
            return "vlan: port " + by + " carries " + network;
        }
    }

    /** A trunk without a native network drops untagged frames. @param trunk the port's name */
    record UntaggedOnTrunk(String trunk) implements Reason {
        @Override
        public String kind() {
            return "untagged-on-trunk";
        }

        @Override
        public boolean isDrop() {
            return true;
        }

        @Override
        public Optional<String> port() {
            return Optional.of(trunk);
        }

        @Override
        public List<String> about() {
            return List.of(trunk);
        }

        @Override
        public String words() {
            return "untagged frame on trunk " + trunk + ", which has no native network";
        }
    }

    /**
     * A reason in an app's own words, which no code decides by. {@code equals} ignores the words: two notes of one kind
     * about the same things are equal.
     *
     * @param kind a word such as {@code tagged-on-access}
     * @param onPort the port's name, null for none
     * @param about distinguishes it from other notes of its kind, such as the name of a network
     * @param words the text for people
     */
    record Note(String kind, boolean isDrop, String onPort, List<String> about, String words) implements Reason {
        public Note {
            about = List.copyOf(about);
        }

        @Override
        public Optional<String> port() {
            return Optional.ofNullable(onPort);
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Note n
                    && kind.equals(n.kind)
                    && isDrop == n.isDrop
                    && Objects.equals(onPort, n.onPort)
                    && about.equals(n.about);
        }

        @Override
        public int hashCode() {
            return Objects.hash(kind, isDrop, onPort, about);
        }
    }

    /** A note without a port. */
    static Reason note(String kind, String words, String... about) {
        return new Note(kind, false, null, List.of(about), words);
    }

    /** A note about a port. */
    static Reason ofPort(String kind, String port, String words, String... about) {
        return new Note(kind, false, port, List.of(about), words);
    }

    /** A note for entries that drop frames. */
    static Reason drop(String kind, String words, String... about) {
        return new Note(kind, true, null, List.of(about), words);
    }

    /** A note for entries that drop frames of a port. */
    static Reason dropOfPort(String kind, String port, String words, String... about) {
        return new Note(kind, true, port, List.of(about), words);
    }

    /** The kind of reason as a word for programs; it never changes. */
    String kind();

    /** Whether entries with this reason drop frames. */
    default boolean isDrop() {
        return false;
    }

    /** The port that the reason concerns. */
    default Optional<String> port() {
        return Optional.empty();
    }

    /** Distinguishes the reason from others of its kind. */
    List<String> about();

    /** The reason's own words. To show a reason, use {@link #text()}. */
    String words();

    /** The text for people, such as {@code acl bad-neighbour rule 1}. */
    default String text() {
        return Wording.of(words());
    }

    /** Likewise, as part of a sentence: {@code dropped by acl bad-neighbour, rule 1}. */
    default String phrase() {
        return text();
    }

    /** The text, with the prefix {@code drop:} if the entry drops: {@code drop: acl bad-neighbour rule 1}. */
    default String label() {
        return isDrop() ? "drop: " + text() : text();
    }

    /** The identity as one string, from the type and fields but not the words. */
    default String identity() {
        List<String> parts = new ArrayList<>(List.of(kind(), isDrop() ? "drop" : "", port().orElse("")));
        parts.addAll(about());
        return String.join("\t", parts);
    }
}
