package io.heddle.flows.model;

/**
 * How networks with a VNI are carried between hosts; the same on all of them.
 *
 * @param type the encapsulation
 * @param settings TOS, TTL, UDP port, checksum and so on, for OVS
 * @param bfd whether every pair of hosts watches its path, see RFC 5880
 */
public record Tunnels(Type type, Settings settings, boolean bfd) {
    /** VXLAN on its usual port. */
    public static final Tunnels DEFAULT = new Tunnels(Type.VXLAN, Settings.NONE, false);
    /** The key of probes: the highest VNI there is, which no network may have while paths are watched. */
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

        /** What the names of tunnel ports begin with. */
        public String prefix() {
            return prefix;
        }

        /** Bytes by which a packet grows over IPv4, the inner Ethernet header among them. */
        public int overhead() {
            return overhead;
        }
    }
}
