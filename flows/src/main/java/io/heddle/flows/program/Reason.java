package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a flow entry is there. Whatever decides by a reason looks at its type, its {@link #kind()} and its fields; the words
 * are for people and are made where somebody reads them, so rewording one changes nothing else. Immutable, with a value's
 * {@code equals}.
 */
public sealed interface Reason {
    /** What an access list decides, by one of its rules or by its default. */
    sealed interface OfList extends Reason {
        /** The list's name. */
        String list();

        /** Which of its rules: its number, or {@code default}. */
        String rule();
    }

    /**
     * A rule of an access list.
     *
     * @param number the rule's place in its list, from 1
     * @param isDrop whether the rule drops frames, or lets them pass
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

    /** What an access list drops that none of its rules takes ({@code default: drop}). */
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

    /**
     * Frames that come in by a port must keep to a rate.
     *
     * @param of the port's name
     * @param traffic which of its frames: {@code broadcast}, {@code multicast}, {@code unknown unicast}, or "" for all
     * @param rate in the words of the network file, such as {@code 10Mbit}
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

        /** The limit without the name of the app. */
        public String limit() {
            return traffic.isEmpty()
                    ? "port " + of + " sends at most " + rate
                    : traffic + " by port " + of + " at most " + rate;
        }
    }

    /** Frames of a network come in by a port. @param by the port's name */
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

    /** Untagged frames are dropped on a trunk that has no native network. @param trunk the port's name */
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
     * What an app says in words of its own, by which nothing is decided. The words have no part in {@code equals}: two
     * notes of one kind about the same things are one.
     *
     * @param kind a word such as {@code tagged-on-access}
     * @param onPort the name of the port that it is about, null for none
     * @param about what tells it from other notes of its kind, such as the name of a network
     * @param words what it says, for people
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

    /** A note about nothing but itself and {@code about}. */
    static Reason note(String kind, String words, String... about) {
        return new Note(kind, false, null, List.of(about), words);
    }

    /** A note about a port. */
    static Reason ofPort(String kind, String port, String words, String... about) {
        return new Note(kind, false, port, List.of(about), words);
    }

    /** Why frames are dropped. */
    static Reason drop(String kind, String words, String... about) {
        return new Note(kind, true, null, List.of(about), words);
    }

    /** Why frames are dropped on a port. */
    static Reason dropOfPort(String kind, String port, String words, String... about) {
        return new Note(kind, true, port, List.of(about), words);
    }

    /** A word for the kind of reason, for programs; it never changes. */
    String kind();

    /** Whether frames end at entries with this reason. */
    default boolean isDrop() {
        return false;
    }

    /** The port of the bridge that it is about. */
    default Optional<String> port() {
        return Optional.empty();
    }

    /** What tells it from other reasons of its kind. */
    List<String> about();

    /** What it says in its own words. Whoever shows it asks {@link #text()}. */
    String words();

    /** The reason for people, such as {@code acl bad-neighbour rule 1}. */
    default String text() {
        return Wording.of(words());
    }

    /** Likewise, as part of a sentence: {@code dropped by acl bad-neighbour, rule 1}. */
    default String phrase() {
        return text();
    }

    /** The text with a word ahead that says whether frames end there: {@code drop: acl bad-neighbour rule 1}. */
    default String label() {
        return isDrop() ? "drop: " + text() : text();
    }

    /** What it is, in one string that follows from its type and fields and not from its words. */
    default String identity() {
        List<String> parts = new ArrayList<>(List.of(kind(), isDrop() ? "drop" : "", port().orElse("")));
        parts.addAll(about());
        return String.join("\t", parts);
    }
}
