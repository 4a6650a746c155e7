package io.heddle.controller.api;

import com.google.common.net.InetAddresses;
import io.heddle.apps.l2learning.MacTable;
import io.heddle.controller.concurrent.Futures;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.leases.Leases;
import io.heddle.controller.services.Services;
import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Router;
import io.heddle.flows.model.Vtep;
import io.heddle.flows.program.FlowText;
import io.heddle.openflow.LearntMac;
import io.heddle.openflow.SwitchConnection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Networks, their members and learnt MACs, as lists of flat objects. */
final class NetworkViews {
    private final Services services;
    private final Fleet fleet;

    NetworkViews(Services services) {
        this.services = services;
        this.fleet = services.fleet();
    }

    /** The declared networks, each with the number of its ports and learnt MACs. */
    List<Map<String, Object>> networks() {
        NetworkModel model = fleet.model();
        Map<String, Integer> macs = new LinkedHashMap<>();
        macs().forEach(m -> macs.merge((String) m.get("network"), 1, Integer::sum));
        Map<String, Leases.Usage> usage = services.dhcp().leases().subnets(model);
        List<Map<String, Object>> out = new ArrayList<>();
        for (Network n : model.networks().values()) {
            Set<String> hosts = new TreeSet<>();
            long ports = 0;
            for (Host host : model.carriers(n)) {
                hosts.add(host.name());
                ports += host.bridges().values().stream()
                        .flatMap(b -> b.ports().values().stream())
                        .filter(p -> p.networks().contains(n.name()))
                        .count();
            }
            out.add(Row.of("name", n.name())
                    .and("vlan", n.vlan())
                    .and("vni", n.vni().isPresent() ? n.vni().getAsInt() : "")
                    .and("mtu", model.mtu(n).isPresent() ? model.mtu(n).getAsInt() : "")
                    .and(
                            "subnet",
                            String.join(
                                    ", ",
                                    n.subnets().stream().map(Object::toString).toList()))
                    .and("hosts", List.copyOf(hosts))
                    .and("ports", ports)
                    .and("macs", macs.getOrDefault(n.name(), 0))
                    .and("router", model.routerOf(n.name()).map(Router::name).orElse(""))
                    .and("gateways", texts(n.gateways()))
                    .and("dhcp", dhcp(n))
                    .and("domain", n.dns().map(Dns::domain).orElse(""))
                    .and(
                            "addressesUsed",
                            usage.containsKey(n.name()) ? usage.get(n.name()).used() : "")
                    .and(
                            "addresses",
                            usage.containsKey(n.name()) ? usage.get(n.name()).size() : "")
                    .map());
        }
        return out;
    }

    private static List<String> texts(List<? extends InetAddress> addresses) {
        return addresses.stream().map(InetAddresses::toAddrString).toList();
    }

    /** How hosts get their addresses. */
    private static String dhcp(Network n) {
        if (!n.dhcpServers().isEmpty()) {
            return "relay to " + String.join(", ", texts(n.dhcpServers()));
        }
        return n.dhcp()
                .map(d -> d.ranges().isEmpty()
                        ? "declared addresses"
                        : String.join(
                                ", ",
                                d.ranges().stream()
                                        .map(r -> InetAddresses.toAddrString(r.first()) + "-"
                                                + InetAddresses.toAddrString(r.last()))
                                        .toList()))
                .orElse("");
    }

    /** The members of a network: its MACs at their home ports, with the frames that each switch forwarded to them. */
    List<Map<String, Object>> members(String network, IntFunction<Map<String, Map<String, Long>>> reached)
            throws BadRequest {
        Network n = Optional.ofNullable(fleet.model().networks().get(network))
                .orElseThrow(() -> new BadRequest(404, "there is no network " + network));
        Map<String, Map<String, Long>> frames = reached.apply(n.number());
        Set<String> uplinks = new TreeSet<>();
        fleet.model()
                .places()
                .forEach(p -> p.bridge().ports().values().stream()
                        .filter(Port::uplink)
                        .forEach(port -> port.interfaces().forEach(i -> uplinks.add(p + " " + i))));
        return macs().stream()
                .filter(m -> m.get("network").equals(network)
                        && m.get("via").equals("")
                        && !uplinks.contains(m.get("switch") + " " + m.get("port")))
                .map(m -> Row.of("mac", m.get("mac"))
                        .and("address", m.get("address"))
                        .and("switch", m.get("switch"))
                        .and("port", m.get("port"))
                        .and("reachedFrom", frames.getOrDefault(m.get("mac"), Map.of()))
                        .map())
                .toList();
    }

    List<Map<String, Object>> macs() {
        List<Map<String, Object>> out = new ArrayList<>();
        Futures within = new Futures();
        for (SwitchConnection c : fleet.switches().all()) {
            Map<Integer, String> names = new LinkedHashMap<>();
            c.ports().values().forEach(p -> names.put(p.number(), p.name()));
            String where = fleet.place(c).map(Object::toString).orElse(SwitchConnection.format(c.datapathId()));
            for (LearntMac learnt : within.await(c.macs()).orElse(List.of())) {
                MacTable.Entry e = learnt.place();
                out.add(Row.of("switch", where)
                        .and("network", network(e.network()))
                        .and("mac", FlowText.mac(e.mac()))
                        .and("port", names.getOrDefault(e.inPort(), Integer.toUnsignedString(e.inPort())))
                        .and("via", e.vtep() == 0 ? "" : vtep(e.vtep()))
                        .and(
                                "address",
                                learnt.ipv4() == 0
                                        ? ""
                                        : InetAddresses.fromInteger(learnt.ipv4())
                                                .getHostAddress())
                        .map());
            }
        }
        return out;
    }

    private String vtep(int id) {
        return fleet.model().hosts().values().stream()
                .flatMap(h -> h.vtep().stream())
                .filter(v -> v.id() == id)
                .map(Vtep::toString)
                .findFirst()
                .orElseGet(() -> InetAddresses.fromInteger(id).getHostAddress());
    }

    private String network(int number) {
        return fleet.model().networks().values().stream()
                .filter(n -> n.number() == number)
                .map(Network::name)
                .findFirst()
                .orElseGet(() -> (number & 0x1000) == 0 ? "untagged" : "vlan " + (number & 0xfff));
    }
}
