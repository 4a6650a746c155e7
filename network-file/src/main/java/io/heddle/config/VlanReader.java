package io.heddle.config;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a port carries: one network, several, ranges of VLANs, all of them, or anything inside an outer tag. */
final class VlanReader {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final int LAST_VLAN = 4094;

    private final Map<String, Network> networks;
    private final List<Problem> problems;

    VlanReader(Map<String, Network> networks, List<Problem> problems) {
        this.networks = networks;
        this.problems = problems;
    }

    Port.Vlans read(Yaml y) {
        Optional<Yaml> access = y.get("access");
        Optional<Yaml> trunk = y.get("trunk");
        Optional<Yaml> nativeNetwork = y.get("native");
        Optional<Yaml> tunnel = y.get("dot1q-tunnel");
        if (access.isPresent() && (trunk.isPresent() || nativeNetwork.isPresent())) {
            problems.add(access.get()
                    .problem("a port is either access or trunk: for tagged networks beside an"
                            + " untagged one write trunk: […] and native: "
                            + access.get().text()));
        }
        if (y.get("vlan-mode").isPresent() && nativeNetwork.isEmpty()) {
            problems.add(y.get("vlan-mode").get().problem("needs native: the network of untagged frames"));
        }
        for (String key : List.of("cvlans", "qinq-ethtype")) {
            if (y.get(key).isPresent() && tunnel.isEmpty()) {
                problems.add(y.get(key).get().problem("needs dot1q-tunnel: the network whose VLAN is the outer tag"));
            }
        }
        if (tunnel.isPresent()) {
            return tunnel(y, tunnel.get(), access.or(() -> trunk).or(() -> nativeNetwork));
        }
        if (access.isPresent()) {
            refer(access.get());
            return new Port.Access(access.get().text());
        }
        if (trunk.isEmpty() && nativeNetwork.isEmpty()) {
            return new Port.Plain();
        }
        nativeNetwork.ifPresent(this::refer);
        return trunk(
                trunk,
                nativeNetwork.map(Yaml::text).orElse(null),
                y.text("vlan-mode", "").equals("native-tagged"));
    }

    private Port.Vlans tunnel(Yaml y, Yaml name, Optional<Yaml> other) {
        other.ifPresent(o -> problems.add(o.problem("a dot1q-tunnel port carries all frames unchanged: leave it out")));
        refer(name);
        Network n = networks.get(name.text());
        if (n != null && n.vlan() == 0) {
            problems.add(name.problem("network " + n.name() + " has no VLAN to be the outer tag: give it one"));
        } else if (n != null && n.vni().isPresent()) {
            problems.add(
                    name.problem("network " + n.name() + " has a vni, and frames with tags of their own are not sent"
                            + " through tunnels between hosts: carry it over a trunk, and leave the vni out"));
        }
        List<Integer> customers = y.get("cvlans").map(Yaml::items).orElse(List.of()).stream()
                .filter(Yaml::isInteger)
                .map(v -> (int) v.integer())
                .distinct()
                .toList();
        return new Port.Dot1qTunnel(name.text(), customers);
    }

    private Port.Vlans trunk(Optional<Yaml> trunk, String nativeNetwork, boolean nativeTagged) {
        if (trunk.filter(t -> t.text().equals("all")).isPresent()) {
            return new Port.Trunk(List.of(), List.of(Port.VlanRange.ALL), nativeNetwork, nativeTagged);
        }
        Set<String> tagged = new LinkedHashSet<>();
        List<Port.VlanRange> unnamed = new ArrayList<>();
        for (Yaml t : trunk.map(Yaml::items).orElse(List.of())) {
            Matcher m = RANGE.matcher(t.text());
            if (m.matches() && !networks.containsKey(t.text())) {
                range(t, m).ifPresent(r -> {
                    unnamed.add(r);
                    networks.values().stream()
                            .filter(n -> n.vlan() >= r.first() && n.vlan() <= r.last())
                            .forEach(n -> tagged.add(n.name()));
                });
                continue;
            }
            refer(t);
            Network n = networks.get(t.text());
            if (n != null && n.vlan() == 0) {
                problems.add(t.problem("network " + n.name() + " has no VLAN, so a trunk cannot tag it: write native: "
                        + n.name() + ", or give the network a vlan"));
            }
            tagged.add(t.text());
        }
        return new Port.Trunk(List.copyOf(tagged), unnamed, nativeNetwork, nativeTagged);
    }

    private Optional<Port.VlanRange> range(Yaml t, Matcher m) {
        int first = Integer.parseInt(m.group(1));
        int last = m.group(2) == null ? first : Integer.parseInt(m.group(2));
        if (first < 1 || last > LAST_VLAN || last < first) {
            problems.add(t.problem(
                    "expected a VLAN or a range such as 200-299, 1 to " + LAST_VLAN + ", found \"" + t.text() + "\""));
            return Optional.empty();
        }
        return Optional.of(new Port.VlanRange(first, last));
    }

    private void refer(Yaml name) {
        if (!networks.containsKey(name.text())) {
            problems.add(name.problem(Nearest.unknown("network", name.text(), networks.keySet())));
        }
    }
}
