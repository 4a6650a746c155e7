package io.heddle.importing.host;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds out by its name and content which format a file is in, and reads it. */
final class Formats {
    /** Devices that guests have, by the usual names. */
    private static final Pattern SOFT = Pattern.compile("(tap|veth|vnet|fwpr|fwln|lxc|dummy|vb-|ve-).*");

    private Formats() {}

    static Machine read(HostFiles host) throws HostFileException {
        Machine machine = new Machine(host.name());
        Map<String, String> files = host.sorted();
        Map<String, String> networkd = new TreeMap<>();
        Map<String, String> keyfiles = new TreeMap<>();
        Map<String, String> sdn = new TreeMap<>();
        Map<String, String> printed = new TreeMap<>();
        for (Map.Entry<String, String> f : files.entrySet()) {
            String name = f.getKey();
            String text = f.getValue();
            if (text.length() > HostFiles.MOST_CHARACTERS) {
                throw new HostFileException(
                        name,
                        "has more than " + (HostFiles.MOST_CHARACTERS >> 20)
                                + " MiB: no file of a host's network is so long");
            }
            if (ProxmoxGuests.isGuest(name, text) || name.equals("hostname")) {
                continue;
            } else if (name.matches("(.*/)?[^/]+\\.(netdev|network)")) {
                networkd.put(name, text);
            } else if (name.endsWith(".nmconnection")
                    || Keyfiles.SHAPE.matcher(text).find()) {
                keyfiles.put(name, text);
            } else if (name.matches("(.*/)?(zones|vnets|subnets|controllers)\\.cfg")) {
                sdn.put(name, text);
            } else if (text.startsWith("[") && (text.contains("\"ifname\"") || text.contains("\"dst\""))
                    || name.endsWith(".json")) {
                printed.put(name, text);
            } else {
                single(name, text, files, machine);
            }
        }
        if (!networkd.isEmpty()) {
            Networkd.read(networkd, machine);
        }
        if (!keyfiles.isEmpty()) {
            Keyfiles.read(keyfiles, machine);
        }
        if (!printed.isEmpty()) {
            PrintedJson.read(printed, machine);
        }
        if (!sdn.isEmpty()) {
            ProxmoxSdn.read(sdn, machine);
        }
        // Guests come last: their bridges are known then.
        for (Map.Entry<String, String> f : files.entrySet()) {
            if (ProxmoxGuests.isGuest(f.getKey(), f.getValue())) {
                ProxmoxGuests.read(f.getKey(), f.getValue(), machine);
            }
        }
        complete(machine);
        return machine;
    }

    /** Reads a file that needs no other. */
    private static void single(String name, String text, Map<String, String> files, Machine machine)
            throws HostFileException {
        if (name.matches("(network/)?interfaces\\.d/.*")
                || name.startsWith("network/") && !name.equals(Interfaces.FILE)) {
            // Only what /etc/network/interfaces sources counts.
            return;
        } else if (name.matches("(.*/)?(ifcfg|route6?)-[^/]+")) {
            Ifcfg.read(name, text, machine);
        } else if (LibvirtNetwork.SHAPE.matcher(text).find() || name.endsWith(".xml")) {
            LibvirtNetwork.read(name, text, machine);
        } else if (Netplan.SHAPE.matcher(text).find() || name.startsWith("netplan/")) {
            Netplan.read(name, text, machine);
        } else if (Interfaces.SHAPE.matcher(text).find() || name.equals(Interfaces.FILE)) {
            Interfaces.read(name, files, machine);
        } else {
            throw new HostFileException(
                    name + ":1",
                    "expected /etc/network/interfaces, a file of netplan, systemd-networkd"
                            + " (.netdev, .network), NetworkManager (.nmconnection), ifcfg-DEVICE, libvirt's network XML, Proxmox VE's"
                            + " 100.conf, zones.cfg, vnets.cfg or subnets.cfg, or what ip -j link, addr, route or bridge -j vlan print");
        }
    }

    /** Adds what files leave unsaid: devices that only others name, and what a name tells. */
    private static void complete(Machine machine) throws HostFileException {
        Set<String> masters = new HashSet<>();
        for (Device d : List.copyOf(machine.devices.values())) {
            Interfaces.vlanByName(d);
            if (d.master != null && d.master.text().equals(d.name)) {
                d.master = null;
            } else if (d.master != null && d.is(Device.Kind.BRIDGE)) {
                machine.left(d.place, d.name + " in " + d.master.text(), "a bridge is no port: join two by patches");
                d.master = null;
            } else if (d.master != null) {
                masters.add(d.master.text());
            }
        }
        for (String name : masters) {
            Device master = machine.devices.get(name);
            if (master != null && master.is(Device.Kind.NIC)) {
                master.kind = Device.Kind.BRIDGE;
            }
        }
        for (Device d : machine.devices.values()) {
            boolean aware = machine.find(d.master).filter(Device::isVlanAware).isPresent();
            if (!aware && d.carriedAt != null) {
                // A bridge that does not look at tags ignores this.
                d.untagged = -1;
                d.tagged = null;
                d.carriedAt = null;
                d.bridge.remove("no-untagged");
            }
        }
        for (Device d : List.copyOf(machine.devices.values())) {
            if (d.is(Device.Kind.VLAN) && d.parent != null && d.vlan == 0) {
                throw d.place.error("VLAN device " + d.name + " has no number: name it vlan20, or write vlan-id 20");
            } else if (d.is(Device.Kind.VLAN) && d.parent != null && !machine.devices.containsKey(d.parent.text())) {
                Interfaces.vlanByName(machine.device(d.parent.text(), d.parent.place()));
            } else if (d.is(Device.Kind.VLAN) && d.parent == null) {
                machine.left(d.place, "VLAN " + d.name, "nothing says which device is below it");
            } else if (d.is(Device.Kind.NIC)
                    && d.master != null
                    && SOFT.matcher(d.name).matches()) {
                d.kind = Device.Kind.SOFT;
            }
        }
    }
}
