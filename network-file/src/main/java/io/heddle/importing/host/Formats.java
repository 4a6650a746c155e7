package io.heddle.importing.host;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds out by its name and content which format a file is in, and reads it. */
final class Formats {
    /** Devices that guests have, by the usual names. */
    private static final Pattern SOFT = Pattern.compile("(tap|veth|vnet|fwpr|fwln|lxc|dummy|vb-|ve-).*");

    private Formats() {}

    static Machine read(HostFiles host) throws HostFileException {
        Machine machine = new Machine(host.name());
        Map<String, String> files = host.sorted();
        for (Map.Entry<String, String> f : files.entrySet()) {
            if (f.getValue().length() > HostFiles.MOST_CHARACTERS) {
                throw new HostFileException(f.getKey(), "has more than " + (HostFiles.MOST_CHARACTERS >> 20)
                        + " MiB: no file of a host's network is so long");
            }
        }
        for (Map.Entry<String, String> f : files.entrySet()) {
            String name = f.getKey();
            String text = f.getValue();
            if (name.startsWith("network/") && !name.equals(Interfaces.FILE)) {
                // Only what /etc/network/interfaces sources counts.
                continue;
            } else if (ProxmoxGuests.isGuest(name, text)) {
                continue;
            } else if (Interfaces.SHAPE.matcher(text).find()) {
                Interfaces.read(name, files, machine);
            } else {
                throw new HostFileException(name + ":1", "expected a file of ifupdown");
            }
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

    /** Adds what files leave unsaid: devices that only others name, and what a name tells. */
    private static void complete(Machine machine) throws HostFileException {
        for (Device d : List.copyOf(machine.devices.values())) {
            Interfaces.vlanByName(d);
        }
        for (Device d : List.copyOf(machine.devices.values())) {
            if (d.is(Device.Kind.VLAN) && d.parent != null && d.vlan == 0) {
                throw d.place.error("VLAN device " + d.name + " has no number: name it vlan20, or write vlan-id 20");
            } else if (d.is(Device.Kind.VLAN) && d.parent != null && !machine.devices.containsKey(d.parent.text())) {
                Interfaces.vlanByName(machine.device(d.parent.text(), d.parent.place()));
            } else if (d.is(Device.Kind.NIC) && d.master != null && SOFT.matcher(d.name).matches()) {
                d.kind = Device.Kind.SOFT;
            }
        }
    }
}
