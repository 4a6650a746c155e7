package io.heddle.flows.model;

/**
 * How tunnels carry networks with a VNI between hosts; the same on all hosts.
 *
 * @param type the encapsulation
 * @param settings TOS, TTL, UDP port, checksum and so on, for OVS
 * @param bfd whether every pair of hosts probes its path with BFD, see RFC 5880
 */
public record Tunnels(Type type, Settings settings, boolean bfd) {
    /** VXLAN on its default UDP port. */
    public static final Tunnels DEFAULT = new Tunnels(Type.VXLAN, Settings.NONE, false);
    /** The tunnel key of probes: the highest VNI, which no network may have while paths are probed. */
    public static final int PROBE_KEY = 0xff_ffff;

    /** An encapsulation. */
    public enum Type {
        /** RFC 7348: Ethernet 14, IPv4 20, UDP 8, VXLAN 8. */
        VXLAN("vx-", 50),
        /** RFC 8926 without options: Ethernet 14, IPv4 20, UDP 8, Geneve 8. */
        GENEVE("gn-", 50),
        /** RFC 2890 with a key: Ethernet 14, IPv4 20, GRE 8. */
        GRE("gr-", 42);

        private final String prefix;
        private final int overhead;

        Type(String prefix, int overhead) {
            this.prefix = prefix;
            this.overhead = overhead;
        }

        /** The value of OVSDB's Interface.type. */
        public String ovsdb() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** The prefix of the names of tunnel ports. */
        public String prefix() {
            return prefix;
        }

        /** The bytes that the encapsulation adds over IPv4, including the inner Ethernet header. */
        public int overhead() {
            return overhead;
        }
    }
}
