package io.heddle.flows.model;

import java.util.List;

/**
 * Several NICs used as one port. Source: ovs-vswitchd.conf.db(5), table Port, "Bonding Configuration".
 *
 * @param members interface names, two or more
 * @param mode how frames are spread over the members
 * @param lacp whether and how the members are negotiated with the other end
 * @param lacpFast whether LACP frames are asked for every second rather than every 30
 * @param updelay milliseconds a link must be up before it is used
 * @param downdelay milliseconds a link must be down before it is left
 */
public record Bond(List<String> members, Mode mode, Lacp lacp, boolean lacpFast, int updelay, int downdelay) {
    public Bond {
        members = List.copyOf(members);
    }

    /** The modes that OVS has. */
    public enum Mode {
        ACTIVE_BACKUP("active-backup"), BALANCE_SLB("balance-slb"), BALANCE_TCP("balance-tcp");

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
    public enum Lacp { OFF, PASSIVE, ACTIVE }
}
