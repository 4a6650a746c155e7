package io.heddle.importing.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command that a host runs with a device, as in ifupdown's {@code post-up}. Understands iptables' translations,
 * {@code ip route}, {@code ip addr}, {@code ip link} and the switch for forwarding; never runs anything.
 */
final class ShellLine {
    /** Commands that a network file has no need for. */
    private static final String HARMLESS = "(sysctl |echo 1 ?>+ ?/proc/sys/net/ipv[46]/).*forward.*"
            + "|ip link set (dev )?\\S+ up|ifconfig \\S+ up|true|sleep \\d+";

    private final String device;
    private final Value line;
    private final Machine machine;
    private List<String> words = List.of();
    /** The word behind each option. */
    private final Map<String, String> options = new HashMap<>();

    private ShellLine(String device, Value line, Machine machine) {
        this.device = device;
        this.line = line;
        this.machine = machine;
    }

    /** Reads what comes up with a device. */
    static void up(String device, Value line, Machine machine) throws HostFileException {
        for (String command : line.text().split("&&|;|\\|\\|")) {
            String text = command.strip()
                    .replaceAll("\\$IFACE|\\$\\{IFACE}|%i", device)
                    .replaceFirst("^(/usr)?/s?bin/", "");
            if (!text.isEmpty()) {
                new ShellLine(device, new Value(text, line.place()), machine).read();
            }
        }
    }

    private void read() throws HostFileException {
        words = OvsOptions.words(line.text());
        for (int i = 0; i + 1 < words.size(); i++) {
            options.putIfAbsent(words.get(i), words.get(i + 1));
        }
        if (line.text().matches(HARMLESS)) {
            return;
        }
        boolean read = switch (words.isEmpty() ? "" : words.get(0)) {
            case "iptables" -> iptables();
            case "ip" -> ip();
            case "route" -> route(option("-net", ""), option("gw", ""), option("netmask", ""));
            default -> false;
        };
        if (!read) {
            machine.left(line.place(), line.text(), "a command of the host: keep it there if it is still needed");
        }
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private boolean iptables() {
        if (!option("-t", option("--table", "")).equals("nat") || line.text().contains(" ! ")) {
            if (option("-t", "").equals("raw") && line.text().contains("fwbr")) {
                return true;
            }
            machine.left(
                    line.place(),
                    line.text(),
                    "heddle import --firewall reads rules of iptables from a file that" + " iptables-save wrote");
            return true;
        }
        String chain = option("-A", option("--append", option("-I", "")));
        String target = option("-j", option("--jump", ""));
        if (chain.equals("POSTROUTING") && Set.of("MASQUERADE", "SNAT").contains(target)) {
            String from = option("-s", option("--source", ""));
            if (from.isEmpty() || Addresses.isPrefix(from)) {
                machine.nats.add(new Machine.Nat(
                        from,
                        "",
                        option("-o", option("--out-interface", "")),
                        option("--to-source", option("--to", "")),
                        line.place()));
                return true;
            }
        }
        if (chain.equals("PREROUTING") && target.equals("DNAT")) {
            return forward();
        }
        return false;
    }

    private boolean forward() {
        String to = option("--to-destination", option("--to", ""));
        String port = option("--dport", option("--destination-port", ""));
        String outside = option("-d", option("--destination", "")).replaceFirst("/32$", "");
        String proto = option("-p", option("--protocol", "tcp"));
        if (!port.matches("[1-9]\\d{0,4}")
                || !Set.of("tcp", "udp").contains(proto)
                || !Addresses.isAddress(to.replaceFirst(":.*", ""))
                || !outside.isEmpty() && !Addresses.isAddress(outside)) {
            return false;
        }
        machine.forwards.add(new Machine.Forward(
                proto, outside, Integer.parseInt(port), to.contains(":") ? to : to + ":" + port, line.place()));
        return true;
    }

    private boolean ip() throws HostFileException {
        String what = words.stream()
                .skip(1)
                .filter(w -> !w.startsWith("-"))
                .limit(2)
                .reduce((a, b) -> a + " " + b)
                .orElse("");
        if (what.matches("(r|ro|route) (a|add|replace|append)")) {
            String to = option("add", option("a", option("replace", option("append", ""))));
            return route(to, option("via", ""), "");
        }
        if (what.matches("(a|addr|address) (a|add)")) {
            String address = option("add", option("a", ""));
            Device on = machine.device(option("dev", device), line.place());
            on.addresses.add(Addresses.withLength(new Value(address, line.place()), null));
            return true;
        }
        return what.matches("(l|link) (a|add)") && link();
    }

    private boolean link() throws HostFileException {
        String type = option("type", "");
        String name = option("name", option("add", option("a", "")));
        if (name.matches("link|")) {
            name = words.get(words.size() - 1);
        }
        Value id = new Value(option("id", "0"), line.place());
        if (type.equals("vxlan")) {
            Device vxlan = machine.device(name, line.place());
            vxlan.kind = Device.Kind.TUNNEL;
            vxlan.tunnel.put("type", new Value("vxlan", line.place()));
            for (String key : List.of("id", "local", "dstport", "group", "ttl", "tos")) {
                if (options.containsKey(key)) {
                    vxlan.tunnel.put(key, new Value(option(key, ""), line.place()));
                }
            }
            if (options.containsKey("remote")) {
                vxlan.remotes.add(new Value(option("remote", ""), line.place()));
            }
            if (options.containsKey("dev")) {
                vxlan.parent = new Value(option("dev", ""), line.place());
            }
            return true;
        }
        if (type.equals("vlan") && options.containsKey("link")) {
            machine.device(name, line.place())
                    .vlanOf(new Value(option("link", ""), line.place()), id.number("id", 1, VlanSet.LAST));
            return true;
        }
        return false;
    }

    private boolean route(String to, String via, String netmask) throws HostFileException {
        if (!Addresses.isAddress(via)) {
            return false;
        }
        Value gateway = new Value(via, line.place());
        if (to.equals("default") || to.startsWith("0.0.0.0/0") || to.equals("::/0")) {
            machine.device(option("dev", device), line.place()).gateways.add(gateway);
            return true;
        }
        String prefix = to.contains("/") || !Addresses.isAddress(to)
                ? to
                : Addresses.withLength(
                                new Value(to, line.place()),
                                netmask.isEmpty() ? null : new Value(netmask, line.place()))
                        .text();
        if (!Addresses.isPrefix(prefix)) {
            return false;
        }
        machine.routes.add(new Machine.Route(prefix, via, line.place()));
        return true;
    }
}
