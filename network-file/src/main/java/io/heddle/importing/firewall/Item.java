package io.heddle.importing.firewall;

import java.util.List;

/** A line of an access list: a rule, or a comment at its place. */
sealed interface Item {
    /** Where it came from. */
    List<Origin> origins();

    /** The same item, if it stands in the lists of both IP versions; origins do not matter. */
    boolean isLike(Item other);

    Item from(List<Origin> origins);

    /** Packets of which IP versions an item is about. */
    enum Version {
        V4,
        V6,
        BOTH
    }

    /** @param verdict ACCEPT, DROP or REJECT */
    record Entry(Conditions when, Rule.Verdict verdict, Version version, List<Origin> origins) implements Item {
        @Override
        public boolean isLike(Item other) {
            return other instanceof Entry e && e.verdict == verdict && e.when.equals(when);
        }

        @Override
        public Entry from(List<Origin> from) {
            return new Entry(when, verdict, Version.BOTH, from);
        }
    }

    /** What leaving something out means. */
    enum Effect {
        /** Nothing: the list means the same. */
        NONE,
        /** What the input accepts may be dropped. */
        STRICTER,
        /** What the input drops may be allowed. */
        MORE_OPEN
    }

    /** Something that was left out. @param rules how many rules these are */
    record Note(Effect effect, int rules, String reason, List<Origin> origins) implements Item {
        @Override
        public boolean isLike(Item other) {
            return other instanceof Note n
                    && n.effect == effect
                    && n.rules == rules
                    && n.reason.equals(reason)
                    && n.text().equals(text());
        }

        private String text() {
            return origins.isEmpty() ? "" : origins.get(0).text();
        }

        @Override
        public Note from(List<Origin> from) {
            return new Note(effect, rules, reason, from);
        }
    }
}
