package io.heddle.check;

import java.util.List;
import java.util.Random;

/** Random network files and headers. Values are few, so that rules and headers often match. */
final class RandomNetwork {
    private static final List<String> NETWORKS = List.of("a", "b", "c");

    private RandomNetwork() {}

    static String yaml(Random r) {
        StringBuilder y = new StringBuilder(
                "heddle: v1\nnetworks: {a: {vlan: 10, vni: 10}, b: {vlan: 20, vni: 20}, c: {vlan: 30}}\nhosts:\n");
        int hosts = 1 + r.nextInt(3);
        int mac = 1;
        for (int h = 1; h <= hosts; h++) {
            y.append("  h")
                    .append(h)
                    .append(":\n    ovsdb: tcp:192.0.2.")
                    .append(h)
                    .append(":6640\n    tunnel-ip: 192.0.2.")
                    .append(h)
                    .append("\n    bridges:\n      br0:\n        ports:\n");
            for (int p = 1; p <= 2 + r.nextInt(3); p++, mac++) {
                String address = String.format("02:00:00:00:00:%02x", mac);
                String network = NETWORKS.get(r.nextInt(3));
                y.append("          p").append(p).append(": ");
                switch (r.nextInt(5)) {
                    case 0 -> y.append("{trunk: [a, c], native: b}");
                    case 1 ->
                        y.append("{access: ")
                                .append(network)
                                .append(", macvlan: private, mac: \"")
                                .append(address)
                                .append("\"}");
                    case 2 ->
                        y.append("{access: ")
                                .append(network)
                                .append(", mac: \"")
                                .append(address)
                                .append("\", source: [\"")
                                .append(r.nextBoolean() ? address : "02:00:00:00:00:99")
                                .append("\"]}");
                    default ->
                        y.append("{access: ")
                                .append(network)
                                .append(", mac: \"")
                                .append(address)
                                .append("\"}");
                }
                y.append('\n');
            }
        }
        y.append("acls:\n");
        for (int a = 0; a < 1 + r.nextInt(3); a++) {
            y.append("  - name: x")
                    .append(a)
                    .append('\n')
                    .append(scope(r, hosts))
                    .append("    rules:\n");
            for (int i = 0; i < 1 + r.nextInt(4); i++) {
                y.append("      - {match: ")
                        .append(match(r))
                        .append(", action: ")
                        .append(r.nextInt(3) == 0 ? "allow" : "drop")
                        .append("}\n");
            }
            y.append(r.nextInt(6) == 0 ? "    default: drop\n" : "");
        }
        return y.toString();
    }

    private static String scope(Random r, int hosts) {
        return switch (r.nextInt(4)) {
            case 0 -> "    on: {networks: [" + NETWORKS.get(r.nextInt(3)) + "]}\n";
            case 1 -> "    on: {hosts: [h" + (1 + r.nextInt(hosts)) + "]}\n";
            case 2 -> "    on: {ports: [p" + (1 + r.nextInt(2)) + "]}\n";
            default -> "";
        };
    }

    private static String match(Random r) {
        return switch (r.nextInt(8)) {
            case 5 ->
                "\"tcp,tcp_flags=" + List.of("+syn-ack", "syn|ack", "-syn").get(r.nextInt(3)) + "\"";
            case 6 ->
                "\"ip,nw_frag=" + List.of("no", "yes", "later").get(r.nextInt(3)) + ",nw_ttl=" + (63 + r.nextInt(2))
                        + "\"";
            case 7 -> "\"ipv6,ipv6_label=" + r.nextInt(2) + "\"";
            case 0 -> "\"ip,nw_src=10.0.0." + r.nextInt(4) + "/" + (30 + r.nextInt(3)) + "\"";
            case 1 -> "{proto: tcp, dst-port: " + r.nextInt(3) + "}";
            case 2 -> "\"udp,nw_dst=10.0.0." + r.nextInt(4) + "\"";
            case 3 -> "\"arp\"";
            default -> "\"icmp,icmp_type=" + (r.nextBoolean() ? 8 : 0) + "\"";
        };
    }

    static String header(Random r) {
        String ips = ",nw_src=10.0.0." + r.nextInt(4) + ",nw_dst=10.0.0." + r.nextInt(4);
        return switch (r.nextInt(5)) {
            case 0 -> "tcp" + ips + ",tp_dst=" + r.nextInt(3) + (r.nextBoolean() ? "" : ",tcp_flags=syn|ack");
            case 1 -> "udp" + ips + ",tp_dst=" + r.nextInt(3);
            case 2 -> "icmp" + ips;
            case 3 -> "arp,arp_op=2";
            default -> "tcp6,tp_dst=" + r.nextInt(3);
        };
    }
}
