package io.heddle.flows.model;

import java.util.List;

/**
 * Several NICs used as one port. Source: ovs-vswitchd.conf.db(5), table Port, "Bonding Configuration".
 *
 * @param members interface names, two or more
 * @param mode how OVS spreads frames over the members
 * @param lacp whether and how OVS negotiates the members with the other end
 */
public record Bond(List<String> members, Mode mode, Lacp lacp) {
    public Bond {
        members = List.copyOf(members);
    }

    /** The bond modes of OVS. */
    public enum Mode {
        ACTIVE_BACKUP("active-backup"),
        BALANCE_SLB("balance-slb"),
        BALANCE_TCP("balance-tcp");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** The name in the network file and in OVSDB. */
        public String text() {
            return text;
        }
    }

    /** The values of OVSDB's {@code lacp} column. */
    public enum Lacp {
        OFF,
        PASSIVE,
        ACTIVE
    }
}
