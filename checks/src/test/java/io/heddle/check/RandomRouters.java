package io.heddle.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random files with two routers, their translations, services and lists. */
final class RandomRouters {
    /** The guests: name, network, address. */
    static final List<List<String>> GUESTS = List.of(
            List.of("a1", "red", "10.0.1.1"),
            List.of("a2", "red", "10.0.1.2"),
            List.of("b1", "blue", "10.0.2.1"),
            List.of("b2", "blue", "10.0.2.2"),
            List.of("c1", "green", "10.0.3.1"),
            List.of("pub", "up", "192.0.2.99"));
    /** Addresses to which packets go. */
    static final List<String> ADDRESSES = List.of(
            "10.0.1.1",
            "10.0.1.2",
            "10.0.2.1",
            "10.0.2.2",
            "10.0.3.1",
            "192.0.2.99",
            "192.0.2.10",
            "192.0.2.11",
            "192.0.2.20",
            "192.0.2.30",
            "192.0.2.31",
            "10.9.9.9",
            "10.0.1.80",
            "10.0.1.254",
            "203.0.113.5");

    static final List<Integer> PORTS = List.of(53, 80, 8080);
    private static final List<String> BACKENDS = List.of("10.0.1.1", "10.0.1.2", "10.0.2.1", "10.0.2.2");

    private final Random r;
    private final StringBuilder y = new StringBuilder();

    private RandomRouters(Random random) {
        r = random;
    }

    static String yaml(Random random) {
        RandomRouters file = new RandomRouters(random);
        file.routers();
        file.hosts();
        file.lists();
        return file.y.toString();
    }

    private void add(String format, Object... values) {
        y.append(String.format(format, values)).append('\n');
    }

    private String one(List<String> of) {
        return of.get(r.nextInt(of.size()));
    }

    private void maybe(String line) {
        if (r.nextInt(3) > 0) {
            add("%s", line);
        }
    }

    private void routers() {
        add("heddle: v1\nnetworks:");
        add("  red: {vlan: 200, vni: 200, subnet: 10.0.1.0/24, gateway: 10.0.1.254}");
        add("  blue: {vlan: 300, vni: 300, subnet: 10.0.2.0/24, gateway: 10.0.2.254}");
        add("  green: {vlan: 400, vni: 400, subnet: 10.0.3.0/24, gateway: 10.0.3.254}");
        add("  up: {vlan: 0%s}", r.nextInt(3) == 0 ? "" : ", vni: 900");
        add("routers:\n  edge:\n    networks: [red, blue]");
        maybe("    routes: [{to: 203.0.113.0/24, via: [" + one(BACKENDS.subList(0, 2)) + ", "
                + one(BACKENDS.subList(2, 4)) + "]}]");
        String way =
                "    outside: {network: up, addresses: [192.0.2.%s/24], gateway: 192.0.2.1, hosts: [%s]}\n    nat:";
        add(way, "10", r.nextInt(3) == 0 ? "hv1, hv2" : "hv1");
        add("      - {dnat: \"192.0.2.10:80\", to: \"%s:8080\"}", one(BACKENDS));
        maybe("      - {snat: red}");
        maybe("      - {snat: blue}");
        maybe("      - {floating: 192.0.2.20, to: " + one(BACKENDS) + "}");
        add("    services:");
        service("one", "10.9.9.9:80", "tcp");
        service("two", "10.0.1.80:53", "udp");
        service("three", "192.0.2.11:80", "tcp");
        add("  other:\n    networks: [green]");
        add(way, "30", r.nextBoolean() ? "hv1" : "hv2");
        add("      - {dnat: \"192.0.2.30:80\", to: \"10.0.3.1:8080\"}");
        maybe("      - {snat: green}");
        maybe("      - {floating: 192.0.2.31, to: 10.0.3.1}");
    }

    private void service(String name, String address, String protocol) {
        List<String> backends = new ArrayList<>();
        for (String b : BACKENDS) {
            if (r.nextBoolean() || backends.isEmpty() && b.equals("10.0.2.2")) {
                backends.add("\"" + b + ":" + (r.nextBoolean() ? 80 : 8080) + "\"");
            }
        }
        add(
                "      %s: {address: \"%s\", proto: %s, affinity: %s, backends: [%s]}",
                name, address, protocol, r.nextBoolean() ? "client" : "none", String.join(", ", backends));
    }

    private void hosts() {
        add("hosts:");
        for (int h = 1; h <= 3; h++) {
            add("  hv%d:\n    ovsdb: tcp:198.51.100.%d:6640\n    tunnel-ip: 198.51.100.%d", h, h, h);
            add("    bridges:\n      br0:\n        ports:");
            add("          %s", h == 1 ? "isp: {access: up, uplink: true}" : "spare" + h + ": {access: up}");
            for (int g = 0; g < GUESTS.size(); g++) {
                if (host(g) == h) {
                    add(
                            "          %s: {access: %s, mac: \"%s\", address: [%s]}",
                            GUESTS.get(g).get(0),
                            GUESTS.get(g).get(1),
                            mac(g),
                            GUESTS.get(g).get(2));
                }
            }
        }
    }

    /** The file decides nothing here, so that frames need not know it. */
    private static int host(int guest) {
        return guest * 2 % 3 + 1;
    }

    static String mac(int guest) {
        return "02:00:00:00:00:0" + (guest + 1);
    }

    /** {@code host/bridge/port}. */
    static String port(int guest) {
        return "hv" + host(guest) + "/br0/" + GUESTS.get(guest).get(0);
    }

    private void lists() {
        add("acls:");
        for (int a = 0; a < 1 + r.nextInt(4); a++) {
            boolean stateful = r.nextBoolean();
            add("  - name: x%d", a);
            String guest = GUESTS.get(r.nextInt(GUESTS.size())).get(0);
            add("    on: %s", r.nextInt(3) > 0 || stateful ? "{ports: [" + guest + "]}" : "{networks: [red, blue]}");
            if (stateful) {
                add("    stateful: true\n    direction: %s", one(List.of("to", "from", "both")));
            }
            add("    default: %s\n    rules:", r.nextInt(4) > 0 ? "drop" : "allow");
            for (int i = 0; i < 2 + r.nextInt(4); i++) {
                add("      - {match: \"%s\", action: %s}", match(stateful), r.nextInt(4) > 0 ? "allow" : "drop");
            }
        }
    }

    private String match(boolean stateful) {
        String proto = one(List.of("tcp", "udp", "icmp", "ip"));
        String ports = proto.equals("tcp") || proto.equals("udp") ? ",tp_dst=" + PORTS.get(r.nextInt(3)) : "";
        return switch (r.nextInt(stateful ? 3 : 4)) {
            case 0 -> proto + (r.nextBoolean() ? ports : "") + ",nw_dst=" + one(ADDRESSES);
            case 1 -> proto + ports;
            case 2 -> proto + ",nw_src=" + one(ADDRESSES) + (r.nextBoolean() ? ports : "");
            default -> proto + ",dl_dst=" + one(List.of("0a:4e:dd:00:00:01", "0e:4e:00:00:00:00/ff:ff:00:00:00:00"));
        };
    }
}
