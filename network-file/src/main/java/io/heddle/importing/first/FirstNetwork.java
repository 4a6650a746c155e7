package io.heddle.importing.first;

import com.google.common.net.InetAddresses;
import io.heddle.config.YamlText;
import io.heddle.flows.model.Prefix;
import io.heddle.importing.first.RunningHost.Address;
import io.heddle.importing.first.RunningHost.Device;
import io.heddle.importing.first.RunningHost.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first network file of a host: one bridge, its uplink, the host's own port with its address, and the guests'
 * networks. Pure.
 *
 * @param text the network file
 * @param move what takes the host's addresses to the bridge, and back
 * @param notes what people must know before they apply the file
 */
public record FirstNetwork(String text, AddressMove move, List<String> notes) {
    private static final String OWN = "lan";

    /**
     * What Open vSwitch of the host says.
     *
     * @param systemId its {@code external_ids:system-id}
     * @param isUserspace whether bridges are of the userspace datapath
     * @param devices the bridges, ports and interfaces that it has already, each with its bridge
     */
    public record Switch(String systemId, boolean isUserspace, Map<String, String> devices) {}

    /**
     * Describes the network.
     *
     * @throws IllegalArgumentException if the host cannot have this network; the message says why, and what would be
     *     right
     */
    public static FirstNetwork of(RunningHost host, Switch ovs, Answers answers) {
        List<Device> nics = new ArrayList<>();
        for (String name : answers.uplinks()) {
            nics.add(uplink(host, ovs, name));
        }
        bridge(host, ovs, answers.bridge());
        List<String> notes = new ArrayList<>();
        for (boolean v4 : new boolean[] {true, false}) {
            gateways(host, answers, v4, notes);
        }
        List<Address> own = nics.stream().flatMap(d -> d.addresses().stream()).toList();
        notes(nics, own, answers, notes);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("heddle", "v1");
        TreeMap<Integer, String> names = new TreeMap<>();
        answers.networks().forEach((name, vlan) -> names.put(vlan, name));
        if (!own.isEmpty() && !names.containsKey(answers.vlan())) {
            names.put(answers.vlan(), answers.networks().containsKey(OWN) ? "host" : OWN);
        }
        Map<String, Object> networks = new LinkedHashMap<>();
        names.forEach((vlan, name) -> networks.put(
                name,
                vlan == answers.vlan() && !own.isEmpty()
                        ? ownNetwork(host, answers, vlan, own)
                        : Map.of("vlan", vlan)));
        if (!networks.isEmpty()) {
            file.put("networks", networks);
        }
        Map<String, Object> ports = new LinkedHashMap<>();
        ports.put(portName(host, answers), uplinkPort(answers, names));
        if (!own.isEmpty()) {
            Map<String, Object> port = new LinkedHashMap<>();
            port.put("type", "internal");
            port.put("access", names.get(answers.vlan()));
            port.put("address", own.stream().map(Address::text).distinct().toList());
            ports.put(answers.bridge(), port);
        }
        Map<String, Object> bridge = new LinkedHashMap<>();
        if (ovs.isUserspace()) {
            bridge.put("datapath", "netdev");
        }
        bridge.put("ports", ports);
        Map<String, Object> hostEntry = new LinkedHashMap<>();
        hostEntry.put("system-id", ovs.systemId());
        hostEntry.put("bridges", Map.of(answers.bridge(), bridge));
        file.put("hosts", Map.of(answers.host(), hostEntry));
        String text =
                "# The network of host " + answers.host() + ", written by heddle init. Add ports for guests, such as\n"
                        + "# vm1: {access: "
                        + (names.isEmpty() ? "NETWORK" : names.lastEntry().getValue())
                        + "}, and other hosts.\n" + YamlText.file(file);
        return new FirstNetwork(text, AddressMove.of(host, nics, answers.bridge()), List.copyOf(notes));
    }

    private static Device uplink(RunningHost host, Switch ovs, String name) {
        Device nic = host.devices().get(name);
        if (nic == null) {
            throw new IllegalArgumentException("there is no device " + name + " on this host; it has "
                    + String.join(
                            ", ",
                            host.nics(ovs.devices().keySet()).stream()
                                    .map(Device::name)
                                    .toList()));
        }
        if (ovs.devices().containsKey(name)) {
            throw new IllegalArgumentException(
                    name + " is in the bridge " + ovs.devices().get(name)
                            + " of Open vSwitch already: heddle import describes what Open vSwitch has");
        }
        if (!nic.master().isEmpty()) {
            Device master = host.devices().get(nic.master());
            boolean bond = master != null && master.kind().equals("bond");
            throw new IllegalArgumentException(name + " is in the "
                    + (bond
                            ? "bond " + nic.master() + ": name the bond, it can be the uplink as it is"
                            : "bridge " + nic.master() + " of Linux: heddle import --from describes it on Open vSwitch,"
                                    + " and --steps says how to move"));
        }
        for (Device vlan : host.vlansOf(name)) {
            throw new IllegalArgumentException(vlan.name() + " on " + name
                    + " takes the frames of its VLAN before Open vSwitch sees them: heddle import --from describes such"
                    + " VLANs on Open vSwitch, and --steps says how to move; or ip link del " + vlan.name()
                    + ", if nobody needs it");
        }
        if (nic.kind().matches("loopback|bridge|vlan|openvswitch|wireguard|vxlan|geneve")) {
            throw new IllegalArgumentException(
                    name + " is no NIC (" + nic.kind() + "): expected one that leads to a switch, such as "
                            + host.likelyUplink(ovs.devices().keySet())
                                    .map(Device::name)
                                    .orElse("eth0"));
        }
        return nic;
    }

    private static void bridge(RunningHost host, Switch ovs, String name) {
        if (ovs.devices().containsKey(name)) {
            throw new IllegalArgumentException("Open vSwitch has " + name
                    + " already: choose another name, or let heddle import describe what Open vSwitch has");
        }
        if (host.devices().containsKey(name)) {
            throw new IllegalArgumentException("the host has a device " + name + " already: choose another name");
        }
    }

    /** A host with two equal gateways takes either, so the move could cut what it only half moves. */
    private static void gateways(RunningHost host, Answers answers, boolean v4, List<String> notes) {
        List<Route> all = host.defaults(v4);
        if (all.size() < 2) {
            return;
        }
        String list = String.join(
                " and ", all.stream().map(r -> r.via() + " on " + r.device()).toList());
        if (RunningHost.metric(all.get(0)) == RunningHost.metric(all.get(1))) {
            Route last = all.get(all.size() - 1);
            throw new IllegalArgumentException("two default gateways of equal metric: " + list
                    + ". The host takes either, so answers may leave by the wrong one. Keep one, for example: ip route"
                    + " del default via " + last.via() + " dev " + last.device());
        }
        boolean some = all.stream().anyMatch(r -> answers.uplinks().contains(r.device()));
        notes.add("Two default gateways: " + list + ". The host takes the first"
                + (some ? "; those on " + String.join(", ", answers.uplinks()) + " move to " + answers.bridge() : "")
                + ".");
    }

    private static void notes(List<Device> nics, List<Address> own, Answers answers, List<String> notes) {
        String names = String.join(", ", answers.uplinks());
        nics.stream()
                .filter(d -> !d.hasLink())
                .forEach(d -> notes.add(d.name() + " has no link: is its cable connected?"));
        if (!own.isEmpty()) {
            notes.add(String.join(", ", own.stream().map(Address::text).toList()) + " is on " + names
                    + ", which becomes a port of Open vSwitch and takes no packets for the host any more. The address"
                    + " moves to " + answers.bridge() + " with its routes, and back if nobody keeps the change."
                    + (answers.vlan() == 0
                            ? ""
                            : " From then on, the host sends with the tag of VLAN " + answers.vlan()
                                    + ": the switch must carry it."));
        }
        if (own.stream().anyMatch(Address::isLeased)) {
            notes.add("The address is from DHCP: let the DHCP client ask on " + answers.bridge() + " from now on.");
        }
    }

    private static Map<String, Object> ownNetwork(RunningHost host, Answers answers, int vlan, List<Address> own) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("vlan", vlan);
        List<String> subnets = new ArrayList<>();
        List<String> gateways = new ArrayList<>();
        for (boolean v4 : new boolean[] {true, false}) {
            List<Prefix> prefixes = own.stream()
                    .filter(a -> a.isV4() == v4)
                    .map(a -> Prefix.parse(a.text()).canonical())
                    .distinct()
                    .toList();
            // A network has one subnet of each version; more stay unsaid.
            if (prefixes.size() == 1) {
                subnets.add(prefixes.get(0).toString());
                host.defaults(v4).stream()
                        .filter(r -> answers.uplinks().contains(r.device()) && isIn(prefixes.get(0), r.via()))
                        .findFirst()
                        .ifPresent(r -> gateways.add(r.via()));
            }
        }
        one(out, "subnet", subnets);
        one(out, "gateway", gateways);
        return out;
    }

    private static boolean isIn(Prefix prefix, String gateway) {
        return !gateway.isEmpty() && prefix.contains(InetAddresses.forString(gateway));
    }

    private static void one(Map<String, Object> out, String key, List<String> values) {
        if (!values.isEmpty()) {
            out.put(key, values.size() == 1 ? values.get(0) : values);
        }
    }

    private static String portName(RunningHost host, Answers answers) {
        if (answers.uplinks().size() == 1) {
            return answers.uplinks().get(0);
        }
        return host.devices().containsKey("bond0") ? "uplink0" : "bond0";
    }

    private static Map<String, Object> uplinkPort(Answers answers, TreeMap<Integer, String> names) {
        Map<String, Object> port = new LinkedHashMap<>();
        boolean bond = answers.uplinks().size() > 1;
        if (bond) {
            // The one mode that needs nothing from the switch and moves no conversation while all goes well.
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("members", answers.uplinks());
            members.put("mode", "active-backup");
            port.put("bond", members);
        }
        List<String> tagged = names.entrySet().stream()
                .filter(e -> e.getKey() != 0)
                .map(Map.Entry::getValue)
                .toList();
        if (names.isEmpty()) {
            port.put("trunk", "all");
        } else if (tagged.isEmpty()) {
            port.put("access", names.get(0));
            if (!bond) {
                port.put("uplink", true);
            }
        } else {
            port.put("trunk", tagged);
            if (names.containsKey(0)) {
                port.put("native", names.get(0));
            }
        }
        return port;
    }
}
