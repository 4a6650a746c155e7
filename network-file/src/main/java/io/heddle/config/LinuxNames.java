package io.heddle.config;

import io.heddle.flows.model.Bond;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names of things on Linux hosts, with what to write in a network file instead, and why. */
final class LinuxNames {
    private static final String SAY = "OVS has no bond mode ";

    /** Bond modes that a network file must not use, with what to use instead. */
    private static final Map<String, String> REFUSED_MODES = Map.of(
            "balance-rr",
                    SAY + "balance-rr: it puts the frames of one connection out of order; "
                            + "use balance-tcp with lacp: active, or balance-slb without LACP",
            "broadcast", SAY + "broadcast: it sends every frame twice; use active-backup",
            "lacp", "write mode: balance-tcp and lacp: active",
            "activebackup", "teamd's runner activebackup is called active-backup",
            "loadbalance", "teamd's runner loadbalance is called balance-slb",
            "roundrobin", SAY + "roundrobin: it puts the frames of one connection out of order; use balance-slb",
            "random", SAY + "random: it puts the frames of one connection out of order; use balance-slb");

    private static final Map<String, String> NUMBERS = Map.of(
            "0",
            "balance-rr",
            "1",
            "active-backup",
            "2",
            "balance-xor",
            "3",
            "broadcast",
            "4",
            "802.3ad",
            "5",
            "balance-tlb",
            "6",
            "balance-alb");

    /** Linux bond modes that an OVS mode replaces, with what users should know about it. */
    private static final Map<String, Mapped> MAPPED_MODES = Map.of(
            "active-backup", new Mapped(Bond.Mode.ACTIVE_BACKUP, "is active-backup"),
            "802.3ad", new Mapped(Bond.Mode.BALANCE_TCP, "is balance-tcp with lacp: active: a member per connection"),
            "balance-xor",
                    new Mapped(
                            Bond.Mode.BALANCE_SLB,
                            "is done by balance-slb: a member per source MAC and VLAN, "
                                    + "moved when a member is overloaded; "
                                    + "where the switch bundles the ports, use balance-tcp with "
                                    + "lacp: active"),
            "balance-tlb",
                    new Mapped(
                            Bond.Mode.BALANCE_SLB,
                            "is done by balance-slb: outgoing traffic is spread by "
                                    + "source MAC and load, without help from the switch"),
            "balance-alb",
                    new Mapped(
                            Bond.Mode.BALANCE_SLB,
                            "is done by balance-slb: OVS does not rewrite ARP replies, "
                                    + "but the switch answers each source MAC by the member that it came in by"));

    /** An OVS bond mode that replaces a Linux one. */
    record Mapped(Bond.Mode mode, String note) {}

    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("slaves", "members"),
            Map.entry("interfaces", "members"),
            Map.entry("updelay", "bond-updelay"),
            Map.entry("downdelay", "bond-downdelay"),
            Map.entry("primary", "bond-primary"),
            Map.entry("miimon", "bond-miimon-interval"),
            Map.entry("MIIMonitorSec", "bond-miimon-interval"),
            Map.entry("ad_actor_system", "lacp-system-id"),
            Map.entry("ad_actor_sys_prio", "lacp-system-priority"),
            Map.entry("ad_user_port_key", "lacp-aggregation-key"),
            Map.entry("LACPTransmitRate", "lacp-time"),
            Map.entry("lacp-rate", "lacp-time"),
            Map.entry("lacp_rate", "lacp-time"),
            Map.entry("ageing", "mac-aging-time"),
            Map.entry("ageing-time", "mac-aging-time"),
            Map.entry("bridge_ageing", "mac-aging-time"),
            Map.entry("tag", "access"),
            Map.entry("pvid", "native"),
            Map.entry("trunks", "trunk"),
            Map.entry("bridge-vids", "trunk"),
            Map.entry("id", "vni"),
            Map.entry("local", "tunnel-ip"),
            Map.entry("dstport", "dst-port"),
            Map.entry("dst_port", "dst-port"),
            Map.entry("mtu", "mtu-request"),
            Map.entry("hwaddr", "mac"),
            Map.entry("hwaddress", "mac"),
            Map.entry("addresses", "address"),
            Map.entry("ip", "address"),
            Map.entry("bridge_stp", "stp"),
            Map.entry("mcast_snooping", "mcast-snooping"),
            Map.entry("multicast-snooping", "mcast-snooping"),
            Map.entry("isolated", "macvlan"),
            Map.entry("protected", "macvlan"));

    private static final String NO_ARP =
            "OVS does not probe by ARP: use lacp: active with lacp-time: fast, which notices a "
                    + "silent link in 3 seconds";
    private static final String NO_QUERIER = "OVS is no multicast querier: let a router or a host in the network be "
            + "so, and name the port towards it with mcast-snooping-flood-reports: true";
    private static final String DELAY = "the delay depends on the protocol: stp-forward-delay or rstp-forward-delay";

    /** Linux settings that a network file does not have, with hyphens for underscores, and what to do instead. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry(
                    "group",
                    "copies go to each host that has a port in the network (head-end replication), so no "
                            + "multicast group and no multicast routing in the underlay is needed: leave it out"),
            Map.entry(
                    "remote",
                    "Heddle finds peers itself: hosts that share a network with a vni are meshed; leave " + "it out"),
            Map.entry(
                    "min-links",
                    "OVS counts no minimum of members: a bond works as long as one is up; use two bonds, or "
                            + "watch the events bond-member-down"),
            Map.entry(
                    "xmit-hash-policy",
                    "the mode decides it: balance-tcp hashes layers 2 to 4, balance-slb the " + "source MAC and VLAN"),
            Map.entry("arp-interval", NO_ARP),
            Map.entry("arp-ip-target", NO_ARP),
            Map.entry(
                    "fail-over-mac", "a bond of OVS has no MAC of its own: hosts behind it keep theirs; leave it out"),
            Map.entry("querier", NO_QUERIER),
            Map.entry("multicast-querier", NO_QUERIER),
            Map.entry("bridge-fd", DELAY),
            Map.entry("forward-delay", DELAY),
            Map.entry("bridge-vlan-aware", "bridges of OVS always are: leave it out"),
            Map.entry("vlan-filtering", "bridges of OVS always filter by VLAN: leave it out"),
            Map.entry(
                    "queues",
                    "OVS's userspace datapath puts nothing into queues within a port: egress-rate shapes the port as a "
                            + "whole, ingress-rate and the storm limits what comes in"),
            Map.entry(
                    "ingress-policing-rate",
                    "the userspace datapath silently ignores it: write ingress-rate, which "
                            + "is a meter and works on both datapaths"),
            Map.entry(
                    "gateway",
                    "a host's routes are the host's: give the port its address here, and the route to the "
                            + "host's own configuration"));

    private static final String ROUTES = "it carries IP packets, not Ethernet frames: ";
    private static final String CAN = "it carries CAN frames, not Ethernet: it stays outside of bridges; join CAN "
            + "networks over IP by cannelloni or socketcand";
    private static final String INFINIBAND =
            "InfiniBand's IPoIB has 20-byte addresses and cannot be bridged: give it the tunnel-ip and "
                    + "carry Ethernet over it by VXLAN, or use a NIC in Ethernet mode (RoCE)";
    private static final String POLICIES =
            " is a way for a port to stand to its siblings: give the container or VM a port "
                    + "of type system or internal, and write macvlan: bridge, private, vepa, passthru or source on it";

    /** Device types that cannot be ports of a bridge, or that a network file declares in another way. */
    private static final Map<String, String> DEVICES = Map.ofEntries(
            Map.entry("vcan", CAN),
            Map.entry("vxcan", CAN),
            Map.entry("can", CAN),
            Map.entry("ipoib", INFINIBAND),
            Map.entry("infiniband", INFINIBAND),
            Map.entry(
                    "nlmon",
                    "it shows netlink messages, not frames of a network: run tcpdump on it by itself; to see "
                            + "frames use mirrors or heddle capture"),
            Map.entry(
                    "macsec",
                    "MACsec protects one link and its key exchange (wpa_supplicant) needs that link itself: make "
                            + "the macsec device on the host and name it here as type: system; "
                            + "between hosts, protect the tunnels "
                            + "by IPsec"),
            Map.entry("ifb", "it shapes incoming traffic: write ingress-rate on the port"),
            Map.entry("macvlan", "macvlan" + POLICIES),
            Map.entry("macvtap", "macvtap" + POLICIES),
            Map.entry(
                    "ipvlan",
                    "ipvlan L2 is an access port with several addresses behind one MAC; L3 and L3S are routing: "
                            + "give the containers a network of their own and a router"),
            Map.entry("vlan", "VLANs are no devices here: write access: NETWORK, or trunk: […]"),
            Map.entry("bond", "write bond: {members: […]} in place of the type"),
            Map.entry("team", "write bond: {members: […], mode: active-backup} in place of the type"),
            Map.entry(
                    "net_failover",
                    "write bond: {members: […], mode: active-backup, bond-primary: FAST-ONE} in place of "
                            + "the type"),
            Map.entry("vxlan", "Heddle makes tunnels itself: give the network a vni, and the hosts a tunnel-ip"),
            Map.entry(
                    "geneve",
                    "Heddle makes tunnels itself: write tunnels: {type: geneve}, give the network a vni, and "
                            + "the hosts a tunnel-ip"),
            Map.entry(
                    "gre",
                    "Heddle makes tunnels itself: write tunnels: {type: gre}, give the network a vni, and the "
                            + "hosts a tunnel-ip"),
            Map.entry(
                    "bridge", "a bridge is joined to another by patch ports: write type: patch and peer: PORT on both"),
            Map.entry("dummy", "write type: internal, which is a device that only the host uses"),
            Map.entry(
                    "veth",
                    "write type: system, or leave the type out: the end that is on the host is a device like others"),
            Map.entry(
                    "wireguard",
                    ROUTES + "route to it, or give its address as tunnel-ip and carry Ethernet over it by VXLAN"),
            Map.entry("tun", ROUTES + "use tap"),
            Map.entry("ppp", ROUTES + "route to it"),
            Map.entry("sit", ROUTES + "route to it"),
            Map.entry("ipip", ROUTES + "use tunnels: {type: gre}"));

    private LinuxNames() {}

    /** The key to use instead, or null. */
    static String key(String name) {
        return KEYS.get(name);
    }

    /** Why there is no such key, and what to do. */
    static Optional<String> instead(String name) {
        return Optional.ofNullable(INSTEAD.get(name.replace('_', '-')));
    }

    /** Why there is no such type of port, or null. */
    static String device(String type) {
        String why = DEVICES.get(type.toLowerCase(Locale.ROOT));
        return why == null ? null : type + ": " + why;
    }

    /** What to write for a mode of ipvlan, or null. */
    static String policy(String mode) {
        return switch (mode) {
            case "l2" -> "ipvlan L2 is what access ports do: any number of addresses behind one MAC";
            case "l3", "l3s" ->
                "ipvlan " + mode.toUpperCase(Locale.ROOT) + " is routing, not switching: neither "
                        + "ARP nor broadcast nor DHCP pass; give the containers a network of their own and a router";
            default -> null;
        };
    }

    /** What to do about a bond mode that no OVS mode replaces, or null for an unknown word. */
    static String bondMode(String mode) {
        return REFUSED_MODES.get(NUMBERS.getOrDefault(mode, mode));
    }

    /** The OVS mode that replaces the Linux mode of this name or number; empty if none does, or both have one name. */
    static Optional<Mapped> mapped(String mode) {
        return Optional.ofNullable(MAPPED_MODES.get(NUMBERS.getOrDefault(mode, mode)))
                .filter(m -> !mode.equals(m.mode().text()));
    }
}
