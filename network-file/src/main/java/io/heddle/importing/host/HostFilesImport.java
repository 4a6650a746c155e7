package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a network file from the files by which hosts configure their networks: ifupdown, Proxmox VE, netplan,
 * systemd-networkd, NetworkManager, ifcfg, libvirt, and what {@code ip -j} and {@code bridge -j} print. Each line has a
 * comment with its origin. Comments name what the file does not say. Pure.
 */
public final class HostFilesImport {
    private static final String HEAD = "%s as %s files describe %s, written by heddle import --from.";

    private final Map<String, Object> tunnels;
    private final List<Layout> layouts;
    private final List<RouterDraft> routers;
    private final Map<String, NetworkDraft> networks;
    private final FileText out = new FileText();

    private HostFilesImport(
            List<Layout> layouts,
            Map<String, Object> tunnels,
            List<RouterDraft> routers,
            Map<String, NetworkDraft> networks) {
        this.layouts = layouts;
        this.tunnels = tunnels;
        this.routers = routers;
        this.networks = networks;
    }

    /**
     * What people ask for.
     *
     * @param outside for hosts that translate addresses, a free address outside for Heddle's router, by host
     * @param steps whether the file ends with the steps of the move
     */
    public record Wishes(Map<String, String> outside, boolean steps) {}

    /**
     * A network file, and what people must know about it.
     *
     * @param warnings faults in the hosts' files, each with its place
     * @param left what the file does not say, and what to do about it
     */
    public record Result(String text, List<String> warnings, List<String> left) {}

    /**
     * Writes one network file for all hosts.
     *
     * @throws HostFileException if a file is in no known format, or wrong
     */
    public static Result read(List<HostFiles> hosts, Wishes wishes) throws HostFileException {
        List<Layout> layouts = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (HostFiles host : hosts) {
            Machine machine = Formats.read(host);
            for (Faults.Fault f : Faults.of(machine)) {
                warnings.add((hosts.size() > 1 ? host.name() + " " : "") + f);
            }
            layouts.add(Layout.of(machine));
        }
        FreeVlans free = new FreeVlans(layouts);
        Map<String, Object> tunnels = Meshes.settle(layouts, free);
        List<RouterDraft> routers = new ArrayList<>();
        Map<String, String> roles = new HashMap<>();
        for (Layout l : layouts) {
            Routing.of(l, free, wishes.outside().getOrDefault(l.machine.name, ""), roles)
                    .filter(r -> !r.inside.isEmpty())
                    .ifPresent(routers::add);
        }
        Map<String, NetworkDraft> networks = Naming.name(layouts, routers);
        HostFilesImport file = new HostFilesImport(layouts, tunnels, routers, networks);
        return file.write(warnings, wishes.steps());
    }

    private Result write(List<String> warnings, boolean steps) {
        List<String> left = new ArrayList<>();
        for (Layout l : layouts) {
            l.machine.left.forEach(t -> left.add((layouts.size() > 1 ? l.machine.name + " " : "") + t));
        }
        String names =
                String.join(", ", layouts.stream().map(l -> l.machine.name).toList());
        boolean one = layouts.size() == 1;
        out.comment(
                0, String.format(HEAD, (one ? "Host " : "Hosts ") + names, one ? "its" : "their", one ? "it" : "them"));
        out.comment(0, "Behind each line stands the line that it came from.");
        warnings.forEach(w -> out.comment(0, "Warning: " + w));
        left.forEach(l -> out.comment(
                0, l.contains(": Note: ") ? "Note: " + l.replaceFirst(": Note: ", ": ") : "Not taken over: " + l));
        out.entry(0, "heddle", "v1", "");
        if (!tunnels.isEmpty()) {
            out.entry(0, "tunnels", tunnels, "");
        }
        if (!networks.isEmpty()) {
            out.key(0, "networks", "");
            networks.values().forEach(n -> out.entry(2, n.name, n.value(), comment(n)));
        }
        routers();
        out.key(0, "hosts", "");
        layouts.forEach(this::host);
        if (steps) {
            layouts.forEach(l -> Steps.write(l, out));
        }
        return new Result(out.toString(), List.copyOf(warnings), left);
    }

    private String comment(NetworkDraft n) {
        boolean inner = n.segments.stream().anyMatch(s -> s.assigned != 0 && s.assigned != s.vni);
        Set<String> words = new LinkedHashSet<>();
        boolean several = layouts.size() > 1;
        for (Layout l : layouts) {
            Set<Place> places = new LinkedHashSet<>();
            n.segments.stream().filter(s -> s.machine == l.machine).forEach(s -> places.addAll(s.places));
            if (!places.isEmpty()) {
                words.add((several ? l.machine.name + " " : "") + FileText.places(places));
            }
        }
        String text = String.join(", ", words.stream().limit(3).toList()) + (words.size() > 3 ? ", …" : "");
        return inner ? text + "; its number is only for the bridge" : text;
    }

    private void routers() {
        if (routers.isEmpty()) {
            return;
        }
        out.key(0, "routers", "");
        for (RouterDraft r : routers) {
            out.key(2, routers.size() == 1 ? "edge" : "edge-" + r.layout.machine.name, FileText.places(r.places));
            out.entry(4, "networks", r.inside.stream().map(s -> s.network.name).toList(), "");
            out.entry(4, "outside", r.way(), "");
            List<Segment> inside = new ArrayList<>(r.inside);
            if (!r.nat.isEmpty()) {
                out.key(4, "nat", "");
                int snat = 0;
                for (Map.Entry<Map<String, Object>, Place> e : r.nat) {
                    Map<String, Object> item = new LinkedHashMap<>(e.getKey());
                    if (item.containsKey("snat")) {
                        item = new LinkedHashMap<>(Map.of("snat", inside.get(snat++).network.name));
                        item.putAll(
                                e.getKey().containsKey("to")
                                        ? Map.of("to", e.getKey().get("to"))
                                        : Map.of());
                    }
                    out.item(6, item, e.getValue().toString());
                }
            }
            if (!r.routes.isEmpty()) {
                out.key(4, "routes", "");
                r.routes.forEach(e -> out.item(6, e.getKey(), e.getValue().toString()));
            }
        }
    }

    private void host(Layout l) {
        out.key(2, l.machine.name, "");
        Optional<String> address = l.managementAddress();
        String target = address.map(a -> a.contains(":") ? "[" + a + "]" : a).orElse(l.machine.name);
        boolean sure =
                l.machine.devices.values().stream().anyMatch(d -> !d.gateways.isEmpty() && !d.addresses.isEmpty());
        out.entry(
                4,
                "ovsdb",
                "tcp:" + target + ":6640",
                address.isEmpty()
                        ? "no file says its address: write it here"
                        : sure ? "" : "one of its addresses: is it the one that Heddle reaches?");
        if (!l.tunnelIp.isEmpty() && meshed(l)) {
            out.entry(4, "tunnel-ip", l.tunnelIp, l.tunnelAt.toString());
            if (l.underlayMtu != null
                    && l.underlayMtu.text().matches("[1-9]\\d{3}|[1-5]\\d{4}")
                    && !l.underlayMtu.text().equals("1500")) {
                out.entry(
                        4,
                        "underlay-mtu",
                        Integer.parseInt(l.underlayMtu.text()),
                        l.underlayMtu.place().toString());
            }
        }
        List<BridgeDraft> homes =
                l.spots.bridges.values().stream().filter(b -> b.into == null).toList();
        if (homes.isEmpty()) {
            out.entry(4, "bridges", Map.of(), "no file describes a bridge");
            return;
        }
        out.key(4, "bridges", "");
        for (BridgeDraft home : homes) {
            out.key(6, home.name, String.valueOf(home.place));
            home.parts.get(0).settings.forEach((k, v) -> out.entry(8, k, v, ""));
            Set<String> names = new TreeSet<>();
            boolean some = home.parts.stream().anyMatch(b -> !b.ports.isEmpty());
            if (!some) {
                out.entry(8, "ports", Map.of(), "");
                continue;
            }
            out.key(8, "ports", "");
            for (BridgeDraft part : home.parts) {
                part.ports.values().forEach(p -> port(p, part, names));
            }
        }
    }

    private void port(PortDraft p, BridgeDraft bridge, Set<String> names) {
        if (!names.add(p.name)) {
            return;
        }
        List<String> comment = new ArrayList<>(List.of(FileText.places(p.places)));
        comment.addAll(p.remarks);
        out.entry(10, p.name, p.value(bridge), String.join("; ", comment));
    }

    private static boolean meshed(Layout l) {
        return l.spots.bridges.values().stream()
                .flatMap(b -> b.segments.values().stream())
                .anyMatch(s -> s.vni != 0);
    }
}
