package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The steps of a host's move to Open vSwitch and Heddle, in order, and the way back. */
final class Steps {
    private Steps() {}

    /** The files of a program, and what makes it read them again. */
    private record Program(String files, String again, String form) {}

    private static final Map<String, Program> PROGRAMS = Map.of(
            "ifupdown", new Program("/etc/network", "ifreload -a || systemctl restart networking", "ifupdown"),
            "netplan", new Program("/etc/netplan", "netplan apply", "netplan"),
            "networkd", new Program("/etc/systemd/network", "systemctl restart systemd-networkd", "networkd"),
            "NetworkManager",
                    new Program("/etc/NetworkManager/system-connections", "systemctl restart NetworkManager", "nmcli"),
            "ifcfg",
                    new Program(
                            "/etc/sysconfig/network-scripts",
                            "systemctl restart network || systemctl restart" + " NetworkManager",
                            "nmcli"));

    static void write(Layout l, FileText out) {
        Machine m = l.machine;
        Program p = PROGRAMS.getOrDefault(
                m.programs.isEmpty() ? "" : m.programs.iterator().next(),
                new Program("/etc/network", "systemctl restart networking", "ifupdown"));
        String back = "rm -rf " + p.files + " && cp -a /root/network-before " + p.files + " && { " + p.again + "; }";
        List<BridgeDraft> homes =
                l.spots.bridges.values().stream().filter(b -> b.into == null).toList();
        List<BridgeDraft> moved = homes.stream().filter(b -> !isOvs(b)).toList();
        out.empty();
        out.comment(0, "Steps for " + m.name + ":");
        int n = 1;
        n = step(
                out,
                n,
                "Have a console that needs none of these networks (IPMI, a serial line, a screen). Read the"
                        + " \"Not taken over\" lines above.");
        n = step(out, n, "Keep what is there: cp -a " + p.files + " /root/network-before");
        n = step(
                out,
                n,
                "Install Open vSwitch, and let Heddle in: ovs-vsctl set-manager ptcp:6640"
                        + l.managementAddress()
                                .map(a -> ":" + (a.contains(":") ? "[" + a + "]" : a))
                                .orElse("") + " (by TLS:"
                        + " docs/tls.md)");
        if (moved.isEmpty()) {
            n = step(
                    out,
                    n,
                    "The bridges are Open vSwitch's already: heddle plan FILE shows what changes, heddle apply"
                            + " FILE does it.");
        } else {
            n = step(
                    out,
                    n,
                    "Let the host go back by itself unless you stop it: systemd-run --unit network-back"
                            + " --on-active=10min sh -c '" + undo(moved) + " " + back + "'");
            n = step(out, n, "At the console, hand the devices over in one go:");
            handOver(l, moved).forEach(c -> out.comment(0, "       " + c));
            n = step(
                    out,
                    n,
                    "heddle plan FILE, then heddle apply FILE: Heddle adopts these bridges, and adds the rest.");
        }
        n = guests(l, out, n);
        n = step(
                out,
                n,
                "Test from outside: the host's own address, then a guest of each network."
                        + (moved.isEmpty() ? "" : " Then systemctl stop network-back.timer"));
        step(
                out,
                n,
                "Make it last: heddle host-config " + m.name + " --for " + p.form + " -f FILE prints what replaces the"
                        + " old lines of bridges, bonds and VLANs in " + p.files + ".");
        out.comment(0, "The way back, at the console, if the uplink is lost: " + undo(moved) + " " + back);
    }

    private static int step(FileText out, int n, String text) {
        out.comment(0, "  " + n + ". " + text);
        return n + 1;
    }

    private static boolean isOvs(BridgeDraft b) {
        Device d = b.machine.devices.get(b.name);
        return d != null && d.ovs;
    }

    private static String undo(List<BridgeDraft> moved) {
        List<String> commands = new ArrayList<>();
        moved.forEach(b -> commands.add("ovs-vsctl --if-exists del-br " + b.name + ";"));
        return String.join(" ", commands);
    }

    /** Takes the devices from the kernel's bridges, and gives them to Open vSwitch with the host's own addresses. */
    private static List<String> handOver(Layout l, List<BridgeDraft> moved) {
        List<String> out = new ArrayList<>();
        List<Device> devices = new ArrayList<>(l.machine.devices.values());
        // A bond goes last: it takes its VLANs with it.
        devices.sort(
                Comparator.comparing((Device d) -> d.is(Device.Kind.BOND)).thenComparing(d -> !d.is(Device.Kind.VLAN)));
        for (Device d : devices) {
            boolean made =
                    d.is(Device.Kind.BRIDGE) && !d.ovs || d.is(Device.Kind.VLAN) || d.is(Device.Kind.TUNNEL) && !d.ovs;
            boolean bond = d.is(Device.Kind.BOND)
                    && !d.ovs
                    && moved.stream()
                            .anyMatch(b -> b.home().parts.stream().anyMatch(part -> part.ports.containsKey(d.name)));
            if (made && isMoved(l, d) || bond) {
                out.add("ip link del " + d.name);
            } else if (d.is(Device.Kind.NIC) && d.master == null && d.hasAddress() && l.own.containsKey(d.name)) {
                out.add("ip addr flush dev " + d.name);
            }
        }
        for (BridgeDraft b : moved) {
            out.add("ovs-vsctl --may-exist add-br " + b.name);
            b.parts.forEach(part -> part.ports.values().forEach(p -> port(b, p, out)));
        }
        moved.forEach(b -> b.parts.forEach(part -> part.ports.values().stream()
                .filter(p -> p.uplink)
                .flatMap(p -> p.head.get("bond") instanceof Map<?, ?> bond
                        ? ((List<?>) bond.get("members")).stream()
                        : Stream.of(p.name))
                .forEach(nic -> out.add("ip link set " + nic + " up"))));
        l.own.forEach((device, port) -> {
            if (moved.contains(port.untagged == null ? null : port.untagged.bridge.home())) {
                up(l, l.machine.devices.get(device), port, out);
            }
        });
        return out;
    }

    private static boolean isMoved(Layout l, Device d) {
        return d.is(Device.Kind.BRIDGE) || d.master != null || l.own.containsKey(d.name);
    }

    private static void port(BridgeDraft b, PortDraft p, List<String> out) {
        if (p.head.get("bond") instanceof Map<?, ?> bond) {
            List<?> members = (List<?>) bond.get("members");
            out.add("ovs-vsctl --may-exist add-bond " + b.name + " " + p.name + " "
                    + String.join(" ", members.stream().map(String::valueOf).toList()) + " bond_mode="
                    + bond.get("mode")
                    + (bond.containsKey("lacp") ? " lacp=" + bond.get("lacp") : "") + tag(p));
        } else if (p.uplink || "internal".equals(p.head.get("type"))) {
            if (!p.name.equals(b.name)) {
                out.add("ovs-vsctl --may-exist add-port " + b.name + " " + p.name + tag(p)
                        + (p.uplink ? "" : " -- set Interface " + p.name + " type=internal"));
            } else if (!tag(p).isEmpty()) {
                out.add("ovs-vsctl set Port " + p.name + tag(p));
            }
        }
    }

    private static String tag(PortDraft p) {
        int number = p.untagged == null || !p.tagged.isEmpty() ? 0 : p.untagged.number();
        return number == 0 ? "" : " tag=" + number;
    }

    private static void up(Layout l, Device d, PortDraft port, List<String> out) {
        out.add("ip link set " + port.name + " up");
        d.addresses.forEach(a -> out.add("ip addr add " + a.text() + " dev " + port.name));
        d.gateways.forEach(g -> out.add("ip route add default via " + g.text() + " dev " + port.name));
        if (d.dhcp != null) {
            out.add("dhclient " + port.name);
        }
    }

    /** A word for a shell; trunks have semicolons. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9=:,._/-]*") ? word : "'" + word.replace("'", "") + "'";
    }

    /** Guests whose bridge is another one now, or that have a firewall's bridge before them. */
    private static int guests(Layout l, FileText out, int first) {
        int n = first;
        Set<String> said = new LinkedHashSet<>();
        for (Guest g : l.machine.guests) {
            Segment now = l.spots.bridges.values().stream()
                    .flatMap(b -> b.ports.values().stream())
                    .filter(p -> p.name.equals(g.port()))
                    .map(p -> p.untagged)
                    .filter(s -> s != null)
                    .findFirst()
                    .orElse(null);
            if (now == null) {
                continue;
            }
            String home = now.bridge.home().name;
            if (!home.equals(g.bridge()) || g.firewall()) {
                String line = g.line()
                        .replaceFirst("bridge=[^,]*", "bridge=" + home)
                        .replaceFirst(",tag=\\d+", "")
                        .replaceFirst(",firewall=1", "")
                        .replaceFirst("firewall=1,", "");
                said.add(g.command() + " " + quoted(line + (now.number() == 0 ? "" : ",tag=" + now.number())));
            }
        }
        if (!said.isEmpty()) {
            n = step(
                    out,
                    n,
                    "Attach the guests to their bridges, and leave Proxmox's firewall to Heddle's access lists:");
            said.forEach(c -> out.comment(0, "       " + c));
        }
        return n;
    }
}
