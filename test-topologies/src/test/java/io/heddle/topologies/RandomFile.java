package io.heddle.topologies;

import java.util.List;
import java.util.Random;

/** Random network files for one host with five ports, and random frames. */
final class RandomFile {
    private static final List<String> NETWORKS = List.of("a", "b");

    private RandomFile() {}

    /** A file up to the ports of its only bridge. */
    private static StringBuilder head(String networks) {
        return new StringBuilder("heddle: v1\nnetworks: " + networks + "\n" + """
                hosts:
                  hv1:
                    ovsdb: tcp:172.31.0.1:6640
                    bridges:
                      br0:
                        datapath: netdev
                        ports:
                """);
    }

    static String yaml(Random r) {
        StringBuilder y = head("{a: {vlan: 10}, b: {vlan: 20}}");
        for (int n = 1; n <= 5; n++) {
            // Not among the frames' destinations: Open vSwitch floods frames to unlearnt MACs, whatever a file
            // declares.
            String mac = "mac: \"02:00:00:00:01:0" + n + "\"";
            String network = NETWORKS.get(r.nextInt(2));
            y.append("          vm")
                    .append(n)
                    .append(": ")
                    .append(
                            switch (r.nextInt(7)) {
                                case 0 -> "{trunk: [a, b]}";
                                case 1 -> "{trunk: [a], native: b}";
                                case 2 -> "{access: " + network + ", macvlan: private, " + mac + "}";
                                case 3 ->
                                    "{access: " + network + ", " + mac + ", source: [\"02:00:00:00:00:0"
                                            + (1 + r.nextInt(5)) + "\"]}";
                                case 4 -> "{access: " + network + ", " + mac + ", address: [10.0.0." + n + "]}";
                                default -> "{access: " + network + ", " + mac + "}";
                            })
                    .append('\n');
        }
        y.append("acls:\n");
        for (int a = 0; a < 1 + r.nextInt(3); a++) {
            y.append("  - name: x")
                    .append(a)
                    .append('\n')
                    .append(
                            switch (r.nextInt(3)) {
                                case 0 -> "    on: {networks: [" + NETWORKS.get(r.nextInt(2)) + "]}\n";
                                case 1 -> "    on: {ports: [vm" + (1 + r.nextInt(5)) + "]}\n";
                                default -> "";
                            })
                    .append("    rules:\n");
            for (int i = 0; i < 1 + r.nextInt(4); i++) {
                y.append("      - {match: ")
                        .append(
                                switch (r.nextInt(8)) {
                                    case 5, 6, 7 -> "\"" + special(r) + "\"";
                                    case 0 -> "\"ip,nw_src=10.0.0." + r.nextInt(4) + "/" + (30 + r.nextInt(3)) + "\"";
                                    case 1 -> "{proto: tcp, dst-port: " + r.nextInt(3) + "}";
                                    case 2 -> "\"udp,nw_dst=10.0.0." + r.nextInt(4) + "\"";
                                    case 3 -> "arp";
                                    default -> "{vlan: " + (r.nextBoolean() ? 10 : 20) + ", proto: icmp}";
                                })
                        .append(", action: ")
                        .append(r.nextInt(3) == 0 ? "allow" : "drop")
                        .append("}\n");
            }
            y.append(r.nextInt(6) == 0 ? "    default: drop\n" : "");
        }
        return y.toString();
    }

    /** Stateful lists for the first two of four ports of one network, which declare their MACs and addresses. */
    static String stateful(Random r) {
        StringBuilder y = head("{a: {vlan: 10}}");
        for (int n = 1; n <= 4; n++) {
            y.append(String.format(
                    "          vm%d: {access: a, mac: \"02:00:00:00:00:0%d\", address: 10.0.0.%d}%n", n, n, n));
        }
        y.append("acls:\n");
        for (int a = 0; a < 1 + r.nextInt(4); a++) {
            y.append("  - name: x").append(a).append("\n    stateful: true\n    on: {ports: [vm");
            y.append(r.nextBoolean() ? "1, vm2" : 1 + r.nextInt(2));
            y.append("]}\n    direction: ").append(List.of("to", "from", "both").get(r.nextInt(3)));
            y.append("\n    default: ")
                    .append(List.of("drop", "allow", "reject").get(r.nextInt(3)));
            y.append(r.nextInt(3) == 0 ? "\n    helpers: [ftp, tftp]\n    invalid: allow" : "")
                    .append("\n    rules:\n");
            for (int i = 0; i < 1 + r.nextInt(4); i++) {
                String source = r.nextBoolean() ? "" : ", src: 10.0.0." + (1 + r.nextInt(4));
                // Large rules become conjunctions.
                String large = r.nextInt(3) > 0 ? source : ", src: [10.1.0.1, 10.1.0.3, 10.1.0.5, 10.0.0.0/30]";
                String ports = large.equals(source) ? "" + (1 + r.nextInt(3)) : "[1-2, 7, 9, 11, 13, 15, 17]";
                y.append("      - {match: {proto: ").append(r.nextInt(3) == 0 ? "udp" : "tcp");
                y.append(", dst-port: ").append(ports).append(large).append("}, action: ");
                y.append(List.of("allow", "drop", "allow", "reject").get(r.nextInt(4)))
                        .append("}\n");
            }
        }
        return y.toString();
    }

    /**
     * A packet of a connection between a port with lists and one without: the switch's tracer takes the mark of a
     * connection from one zone to the next, as no switch does.
     *
     * @param reply whether it answers
     */
    static String packet(Random r, boolean reply) {
        int first = 1 + r.nextInt(2);
        int other = 3 + r.nextInt(2);
        boolean out = r.nextBoolean();
        int from = out ? first : other;
        int to = out ? other : first;
        String ports = r.nextBoolean() ? "tcp" : "udp";
        int port = 1 + r.nextInt(4);
        return ports + ",vlan_tci=0x0000/0x1fff,dl_src=02:00:00:00:00:0" + from + ",dl_dst=02:00:00:00:00:0" + to
                + ",nw_src=10.0.0." + from + ",nw_dst=10.0.0." + to + ",nw_ttl=64,nw_frag=no,tp_src="
                + (reply ? port : 999) + ",tp_dst=" + (reply ? 999 : port);
    }

    private static String special(Random r) {
        return switch (r.nextInt(9)) {
            case 0 ->
                "ip,nw_frag="
                        + List.of("no", "yes", "first", "later", "not_later").get(r.nextInt(5));
            case 1 -> "ipv6,nw_frag=" + List.of("yes", "first", "later").get(r.nextInt(3));
            case 2 ->
                "tcp,tcp_flags="
                        + List.of("+syn-ack", "+ack", "syn|ack", "-fin-rst").get(r.nextInt(4));
            case 3 -> "ip,nw_ttl=" + (r.nextBoolean() ? 1 : 64);
            case 4 -> "ipv6,ipv6_label=" + r.nextInt(4) + "/0x" + (1 + r.nextInt(3));
            case 5 -> "mpls,mpls_label=" + r.nextInt(2) + ",mpls_ttl=64";
            case 6 -> "dl_vlan_pcp=" + r.nextInt(2);
            case 7 -> "dl_vlan=" + (r.nextBoolean() ? 10 : 20) + ",dl_vlan_pcp=" + r.nextInt(2);
            default -> "rarp";
        };
    }

    static String frame(Random r) {
        String macs = ",dl_src=02:00:00:00:00:0" + (1 + r.nextInt(6)) + ",dl_dst="
                + switch (r.nextInt(16)) {
                    case 0 -> "01:80:c2:00:00:0e";
                    case 1, 2, 3, 4 -> "ff:ff:ff:ff:ff:ff";
                    default -> "02:00:00:00:00:0" + (1 + r.nextInt(6));
                };
        String ips = ",nw_src=10.0.0." + r.nextInt(4) + ",nw_dst=10.0.0." + r.nextInt(4);
        String tag = r.nextInt(3) == 0 ? ",dl_vlan=" + List.of(10, 20, 30).get(r.nextInt(3)) : "";
        tag += !tag.isEmpty() && r.nextBoolean() ? ",dl_vlan_pcp=1" : "";
        String flags = r.nextBoolean()
                ? ""
                : ",tcp_flags=" + List.of("+ack", "syn|ack", "rst", "fin|ack").get(r.nextInt(4));
        String ttl = r.nextInt(3) == 0 ? ",nw_ttl=1" : "";
        String kind = ",nw_frag=" + List.of("yes", "first", "later").get(r.nextInt(3));
        return switch (r.nextInt(11)) {
                    case 5 -> "tcp" + ips + flags + ttl;
                    case 6 -> List.of("tcp", "udp", "icmp").get(r.nextInt(3)) + ips + kind + ttl;
                    case 7 -> List.of("tcp6", "udp6", "ipv6").get(r.nextInt(3)) + kind + ttl;
                    case 8 -> "udp6,ipv6_label=" + r.nextInt(4);
                    case 9 -> "mpls,mpls_label=" + r.nextInt(3);
                    case 10 -> "rarp";
                    case 0 -> "tcp" + ips + ",tp_dst=" + r.nextInt(3);
                    case 1 -> "udp" + ips + ",tp_dst=" + r.nextInt(3);
                    case 2 -> "icmp" + ips;
                    case 3 -> "arp,arp_op=1,arp_spa=10.0.0.9,arp_tpa=10.0.0." + r.nextInt(6);
                    default -> "tcp6,tp_dst=" + r.nextInt(3);
                }
                + macs
                + tag;
    }
}
