package io.heddle.config;

import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.FlowText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks ports against each other: policies that need an uplink, addresses that must be unique. */
final class PortCheck {
    private final NetworkModel model;
    private final List<Problem> problems;
    private final List<Problem> notes;
    private final Map<String, String> owners = new HashMap<>();
    private final List<Runnable> sharedChecks = new ArrayList<>();

    PortCheck(NetworkModel model, List<Problem> problems, List<Problem> notes) {
        this.model = model;
        this.problems = problems;
        this.notes = notes;
    }

    /** @param roaming the places of the ports without a host, by name */
    void check(Map<String, Yaml> hosts, Map<String, Yaml> roaming) {
        for (Host host : model.hosts().values()) {
            for (Bridge bridge : host.bridges().values()) {
                Yaml ports = hosts.get(host.name())
                        .get("bridges")
                        .flatMap(b -> b.get(bridge.name()))
                        .flatMap(b -> b.get("ports"))
                        .orElse(null);
                for (Port port : bridge.ports().values()) {
                    check(host, bridge, port, ports.get(port.name()).orElse(ports));
                }
            }
        }
        model.roaming().forEach((name, port) -> check(port, roaming.get(name)));
        sharedChecks.forEach(Runnable::run);
    }

    /** A port without a host may come to any bridge with its network. */
    private void check(Port port, Yaml at) {
        model.places().stream()
                .filter(p -> p.bridge().ports().containsKey(port.name()))
                .findFirst()
                .ifPresent(p -> problems.add(at.problem("is also a port of " + p + ": give one of them another name")));
        if (port.endpoint().mac().isEmpty()) {
            notes.add(at.problem("has no mac: when its guest has moved to another host, Heddle cannot tell the network"
                    + " where it is, and does not see each return"));
        }
        if (!(port.vlans() instanceof Port.Access a) || !model.networks().containsKey(a.network())) {
            return;
        }
        Network network = model.networks().get(a.network());
        Set<String> scopes = new LinkedHashSet<>(List.of(network.name()));
        if (network.vni().isEmpty()) {
            model.places().forEach(p -> scopes.add(p + "/" + network.name()));
        }
        for (String scope : scopes) {
            port.endpoint().mac().ifPresent(mac -> unique(scope, FlowText.mac(mac), port.name(), "mac", at));
            port.endpoint()
                    .addresses()
                    .forEach(address -> unique(scope, address.getHostAddress(), port.name(), "address", at));
            port.endpoint()
                    .shared()
                    .forEach(address -> sharedChecks.add(() -> notOwned(scope, address.getHostAddress(), at)));
        }
        addresses(network, port, at);
    }

    private void check(Host host, Bridge bridge, Port port, Yaml at) {
        if (port.policy() == Port.Policy.VEPA) {
            vepa(bridge, port, at);
        } else if (port.policy() == Port.Policy.PASSTHRU) {
            passthru(bridge, port, at);
        }
        if (port.type() == Port.Type.TAP && !bridge.netdev()) {
            problems.add(at.problem("type: tap is for datapath: netdev; the kernel's datapath takes a TAP device of the"
                    + " host as type: system"));
        }
        if (bridge.hasSpanningTree() && port.bond().isPresent()) {
            problems.add(
                    at.problem("bridge " + bridge.name() + " runs a spanning tree, and OVS lets no bond take part in"
                            + " one: it would forward always; leave rstp and stp out, or use single ports"));
        }
        if (!(port.vlans() instanceof Port.Access a) || !model.networks().containsKey(a.network())) {
            return;
        }
        Network network = model.networks().get(a.network());
        // As far as Heddle knows, a network without a VNI is on one bridge only.
        String scope =
                network.vni().isPresent() ? network.name() : host.name() + "/" + bridge.name() + "/" + network.name();
        String name = host.name() + "/" + bridge.name() + "/" + port.name();
        port.endpoint().mac().ifPresent(mac -> unique(scope, FlowText.mac(mac), name, "mac", at));
        for (InetAddress address : port.endpoint().addresses()) {
            unique(scope, address.getHostAddress(), name, "address", at);
        }
        for (InetAddress address : port.endpoint().shared()) {
            sharedChecks.add(() -> notOwned(scope, address.getHostAddress(), at));
        }
        addresses(network, port, at);
    }

    private void addresses(Network network, Port port, Yaml at) {
        at.get("address")
                .filter(AutoAddresses::isAuto)
                .ifPresent(y -> notes.add(y.problem("Heddle chooses the address when the file is applied")));
        port.endpoint().addresses().forEach(address -> inSubnet(network, address, at));
        if (!port.endpoint().addresses().isEmpty() && port.endpoint().mac().isEmpty()) {
            notes.add(at.get("address")
                    .orElse(at)
                    .problem("gets no answer to ARP and neighbour discovery from Heddle, because the port has no mac"));
        }
        mtu(port, network, at);
    }

    private void inSubnet(Network network, InetAddress address, Yaml at) {
        if (!address.isLinkLocalAddress()
                && network.subnets().stream().anyMatch(s -> s.isV4() == address instanceof Inet4Address)
                && !network.contains(address)) {
            notes.add(at.get("address")
                    .orElse(at)
                    .problem(address.getHostAddress() + " is in no subnet of network " + network.name()
                            + ": DHCP does not give it, and no router reaches it"));
        }
    }

    private void unique(String scope, String value, String port, String key, Yaml at) {
        String other = owners.putIfAbsent(scope + " " + value, port);
        if (other != null) {
            problems.add(
                    at.get(key).orElse(at).problem(value + " is already that of " + other + " in the same network"));
        }
    }

    /** Every bridge answers for a port's own address, so no other port can have it at times. */
    private void notOwned(String scope, String address, Yaml at) {
        String owner = owners.get(scope + " " + address);
        if (owner != null) {
            problems.add(at.get("shared-addresses")
                    .orElse(at)
                    .problem(address + " is the own address of " + owner + ": leave it out of that port's address"));
        }
    }

    private void mtu(Port port, Network network, Yaml at) {
        port.mtu()
                .ifPresent(mtu -> model.mtu(network).ifPresent(carried -> {
                    if (mtu > carried) {
                        notes.add(at.get("mtu-request")
                                .orElse(at)
                                .problem("is more than the " + carried + " that network " + network.name()
                                        + " carries: larger packets are dropped silently"));
                    }
                }));
    }

    private void vepa(Bridge bridge, Port port, Yaml at) {
        Yaml place = at.get("macvlan").orElse(at);
        List<Port> uplinks = bridge.uplinks().stream()
                .filter(u -> u.networks().containsAll(port.networks()))
                .toList();
        if (uplinks.size() != 1 || uplinks.get(0).bond().isPresent()) {
            problems.add(place.problem(
                    "vepa needs exactly one uplink in the network, and no bond, because only OVS itself"
                            + " sends by bonds and it would not send a frame up that it can deliver here; found "
                            + (uplinks.isEmpty()
                                    ? "none"
                                    : String.join(
                                            ", ",
                                            uplinks.stream().map(Port::name).toList()))));
        }
    }

    private void passthru(Bridge bridge, Port port, Yaml at) {
        List<String> others = bridge.ports().values().stream()
                .filter(p -> p != port && !p.uplink() && p.networks().stream().anyMatch(port.networks()::contains))
                .map(Port::name)
                .toList();
        if (!others.isEmpty()) {
            problems.add(at.get("macvlan")
                    .orElse(at)
                    .problem("passthru gives the uplink to one port alone, but "
                            + String.join(", ", others) + " " + (others.size() == 1 ? "is" : "are")
                            + " in its network too:"
                            + " use another network or macvlan: bridge"));
        }
    }
}
