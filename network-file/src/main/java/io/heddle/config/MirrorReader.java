package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Mirror;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the mirrors of a bridge. */
final class MirrorReader {
    /** The prefix of the names of tunnel ports for mirrors. */
    private static final String PREFIX = "mi-";

    private static final int LONGEST = 12;

    private final Map<String, Network> networks;
    private final List<Problem> problems;

    MirrorReader(Map<String, Network> networks, List<Problem> problems) {
        this.networks = networks;
        this.problems = problems;
    }

    List<Mirror> read(Yaml bridge, Map<String, Port> ports) {
        List<Mirror> mirrors = new ArrayList<>();
        bridge.get("mirrors")
                .map(Yaml::entries)
                .orElse(Map.of())
                .forEach((name, y) -> mirrors.add(read(name, y, ports)));
        return mirrors;
    }

    private Mirror read(String name, Yaml y, Map<String, Port> ports) {
        Optional<Yaml> port = y.get("output-port");
        Optional<Yaml> network = y.get("output-network");
        Optional<Yaml> tunnel = y.get("output-tunnel");
        checkOutputs(y, List.of(port, network, tunnel));
        boolean all = y.text("select-all", "false").equals("true");
        List<String> sources = ports(y, "select-src", ports);
        List<String> destinations = ports(y, "select-dst", ports);
        if (!all
                && sources.isEmpty()
                && destinations.isEmpty()
                && y.get("select-vlan").isEmpty()) {
            problems.add(y.problem("selects nothing: add select-all: true, select-src, select-dst or select-vlan"));
        }
        // A mirror that selects by VLAN only looks at the frames of all ports.
        all |= sources.isEmpty() && destinations.isEmpty();
        port.ifPresent(p -> known(p, ports));
        if (tunnel.isPresent() && name.length() > LONGEST) {
            problems.add(y.problem("a mirror with a tunnel gives it its name: at most " + LONGEST + " characters"));
        }
        String output =
                tunnel.isPresent() ? PREFIX + name : port.map(Yaml::text).orElse(null);
        int snaplen = y.get("snaplen")
                .filter(Yaml::isInteger)
                .map(s -> (int) s.integer())
                .orElse(0);
        return new Mirror(
                name,
                all,
                sources,
                destinations,
                vlans(y),
                output,
                network.flatMap(this::vlan).orElse(0),
                snaplen,
                tunnel.map(this::options).orElse(Map.of()));
    }

    private void checkOutputs(Yaml y, List<Optional<Yaml>> all) {
        long outputs = all.stream().filter(Optional::isPresent).count();
        if (outputs != 1) {
            problems.add(y.problem("needs " + (outputs == 0 ? "" : "only ") + "one of output-port, output-tunnel and"
                    + " output-network, to say where the copies go"));
        }
    }

    private List<String> ports(Yaml y, String key, Map<String, Port> ports) {
        y.get(key).map(Yaml::items).orElse(List.of()).forEach(p -> known(p, ports));
        return y.texts(key);
    }

    private void known(Yaml name, Map<String, Port> ports) {
        if (!ports.containsKey(name.text())) {
            problems.add(name.problem(Nearest.unknown("port", name.text(), ports.keySet())));
        }
    }

    private List<Integer> vlans(Yaml y) {
        return y.get("select-vlan").map(Yaml::items).orElse(List.of()).stream()
                .flatMap(n -> vlan(n).stream())
                .toList();
    }

    private Optional<Integer> vlan(Yaml name) {
        Network n = networks.get(name.text());
        if (n == null) {
            problems.add(name.problem(Nearest.unknown("network", name.text(), networks.keySet())));
        }
        return Optional.ofNullable(n).map(Network::vlan);
    }

    private Map<String, String> options(Yaml tunnel) {
        Map<String, String> options = new TreeMap<>();
        String type = tunnel.text("type", "gre");
        String remote = tunnel.text("remote-ip", "");
        if (!InetAddresses.isInetAddress(remote)) {
            problems.add(tunnel.get("remote-ip")
                    .orElse(tunnel)
                    .problem("expected an IPv4 address, found \"" + remote + "\""));
        }
        options.put("type", type);
        options.put("remote_ip", remote);
        options.put("key", tunnel.text("key", "0"));
        if (type.equals("erspan")) {
            options.put("erspan_ver", "1");
            options.put("erspan_idx", "1");
        }
        return options;
    }
}
