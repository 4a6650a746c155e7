package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the XML of libvirt's virtual networks. See libvirt's "Network XML format". */
final class LibvirtNetwork {
    static final Pattern SHAPE = Pattern.compile("\\A(\\s|<\\?[^>]*>|<!--(?s:.*?)-->)*<(network|networks)[\\s>]");

    private static final Pattern DOMAIN = Pattern.compile(
            "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final int LONGEST_DOMAIN = 189;

    private final Machine machine;
    private final XmlTree network;

    private LibvirtNetwork(Machine machine, XmlTree network) {
        this.machine = machine;
        this.network = network;
    }

    static void read(String file, String text, Machine machine) throws HostFileException {
        XmlTree root = XmlTree.read(file, text);
        List<XmlTree> all = root.name().equals("networks") ? root.all("network") : List.of(root);
        for (XmlTree n : all) {
            if (!n.name().equals("network")) {
                throw n.place().error("expected <network>, found <" + n.name() + ">");
            }
            new LibvirtNetwork(machine, n).read();
        }
    }

    private void read() throws HostFileException {
        String name = network.child("name").map(XmlTree::text).orElse("");
        Optional<XmlTree> forward = network.child("forward");
        String mode = forward.map(f -> f.get("mode").isEmpty() ? "nat" : f.get("mode"))
                .orElse("isolated");
        Optional<XmlTree> bridge = network.child("bridge");
        String device = bridge.map(b -> b.get("name")).orElse("");
        if (device.isEmpty()) {
            machine.left(
                    network.place(),
                    "network " + name + " with forward mode " + mode,
                    mode.equals("hostdev")
                            ? "guests have functions of a NIC: no bridge sees their frames"
                            : "guests sit on a NIC by macvtap: give each a TAP as a port, see docs/linux/macvlan.md");
            return;
        }
        Device d = machine.device(device, bridge.get().place());
        d.kind = Kind.BRIDGE;
        d.ovs |= network.child("virtualport")
                .filter(v -> v.get("type").equals("openvswitch"))
                .isPresent();
        vlans(name, device);
        if (mode.equals("bridge")) {
            return;
        }
        if (bridge.get().get("stp").equals("on") && !mode.equals("nat") && !mode.equals("isolated")) {
            d.bridge.put("stp", bridge.get().value("stp"));
        }
        network.child("mtu").ifPresent(m -> d.mtu = m.value("size"));
        network.child("mac").ifPresent(m -> d.mac = m.value("address"));
        Machine.Known known = machine.known(device);
        known.place = network.place();
        if (network.child("domain").filter(x -> !x.get("name").isEmpty()).isPresent()) {
            known.dns.put("domain", domain(network.child("domain").get()));
        }
        for (XmlTree ip : network.all("ip")) {
            ip(ip, d, known, mode, forward);
        }
        for (XmlTree r : network.all("route")) {
            machine.stays(r.place(), "route to " + r.get("address"));
        }
    }

    private static String domain(XmlTree domain) throws HostFileException {
        String name = domain.get("name");
        if (name.length() > LONGEST_DOMAIN || !DOMAIN.matcher(name).matches()) {
            throw domain.place().error("expected a domain such as lab.example, found \"" + name + "\"");
        }
        return name;
    }

    private void vlans(String name, String device) throws HostFileException {
        List<XmlTree> groups = new ArrayList<>(network.all("portgroup"));
        groups.add(network);
        for (XmlTree g : groups) {
            if (g.child("vlan").isEmpty()) {
                continue;
            }
            XmlTree vlan = g.child("vlan").get();
            List<String> tags = new ArrayList<>();
            String untagged = "";
            for (XmlTree t : vlan.all("tag")) {
                int id = t.value("id").number("tag id", 1, VlanSet.LAST);
                if (t.get("nativeMode").isEmpty()) {
                    tags.add("vlan" + id);
                } else {
                    untagged = ", native: vlan" + id;
                }
            }
            boolean trunk = vlan.get("trunk").equals("yes") || tags.size() > 1 || !untagged.isEmpty();
            machine.left.add(vlan.place() + ": Note: guests of "
                    + (g == network ? "network " + name : "portgroup " + g.get("name") + " of network " + name)
                    + " are ports of "
                    + device + " with " + (trunk ? "trunk: " + tags + untagged : "access: " + String.join(", ", tags)));
        }
    }

    private void ip(XmlTree ip, Device d, Machine.Known known, String mode, Optional<XmlTree> forward)
            throws HostFileException {
        Value mask = !ip.get("prefix").isEmpty()
                ? ip.value("prefix")
                : !ip.get("netmask").isEmpty()
                        ? ip.value("netmask")
                        : new Value(ip.get("address").contains(":") ? "64" : "24", ip.place());
        Value address = Addresses.withLength(ip.value("address"), mask);
        d.addresses.add(address);
        if (!Addresses.isV4(address.text())) {
            return;
        }
        known.subnet = Addresses.subnet(address.text()).toString();
        known.gateway = Addresses.ip(address.text());
        if (mode.equals("nat")) {
            String to = forward.flatMap(f -> f.child("nat"))
                    .flatMap(n -> n.child("address"))
                    .map(a -> a.get("start"))
                    .orElse("");
            machine.nats.add(new Machine.Nat(
                    known.subnet,
                    d.name,
                    forward.map(f -> f.get("dev")).orElse(""),
                    to,
                    forward.orElse(ip).place()));
        }
        Optional<XmlTree> dhcp = ip.child("dhcp");
        if (dhcp.isEmpty()) {
            return;
        }
        Ranges ranges = new Ranges();
        for (XmlTree r : dhcp.get().all("range")) {
            ranges.add(r.value("start"), r.value("end"), address.text(), known.gateway);
        }
        if (!ranges.texts().isEmpty()) {
            known.dhcp.put("range", ranges.texts());
        }
        machine.left(
                dhcp.get().place(),
                "dnsmasq of " + d.name,
                "Heddle hands out the addresses now: virsh net-destroy and"
                        + " virsh net-autostart --disable the network");
        for (XmlTree h : dhcp.get().all("host")) {
            machine.left(
                    h.place(),
                    "address " + h.get("ip") + " of " + h.get("mac") + " " + h.get("name"),
                    "write mac and address at the port of this guest");
        }
    }
}
