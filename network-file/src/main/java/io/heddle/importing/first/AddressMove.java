package io.heddle.importing.first;

import io.heddle.importing.first.RunningHost.Address;
import io.heddle.importing.first.RunningHost.Device;
import io.heddle.importing.first.RunningHost.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Takes a host's addresses from its NICs to a bridge, and back. Each is the text of {@code ip -force -batch -}, see
 * ip(8): one process, so that the host is without an address for milliseconds only. Either may run again.
 */
public record AddressMove(List<String> there, List<String> back) {
    /** Whether there is something to move. */
    public boolean isEmpty() {
        return there.isEmpty();
    }

    /** The move of all addresses and routes of these NICs. Nothing moves if they have no address. */
    static AddressMove of(RunningHost host, List<Device> nics, String bridge) {
        List<String> there = new ArrayList<>();
        List<String> back = new ArrayList<>();
        if (nics.stream().allMatch(d -> d.addresses().isEmpty())) {
            return new AddressMove(there, back);
        }
        there.add("link set dev " + bridge + " up");
        for (Device nic : nics) {
            back.add("link set dev " + nic.name() + " up");
            for (Address a : nic.addresses()) {
                there.add("addr del " + a.text() + " dev " + nic.name());
                there.add(add(a, bridge));
                back.add("addr del " + a.text() + " dev " + bridge);
                back.add(add(a, nic.name()));
            }
        }
        Set<String> names = Set.copyOf(nics.stream().map(Device::name).toList());
        host.routes().stream()
                .filter(r -> names.contains(r.device()))
                // The gateway of another route needs its own route first.
                .sorted(Comparator.comparing((Route r) -> !r.via().isEmpty()))
                .forEach(r -> {
                    there.add(route(r, bridge));
                    back.add(route(r, r.device()));
                });
        return new AddressMove(there, back);
    }

    private static String add(Address a, String device) {
        // The kernel computes the broadcast address. Nobody else took the IPv6 address in these milliseconds.
        return "addr replace " + a.text() + (a.isV4() ? " brd +" : " nodad") + " dev " + device;
    }

    private static String route(Route r, String device) {
        // In a batch, only the address tells the IP version.
        return "route replace " + (r.isV4() || !r.to().equals("default") ? r.to() : "::/0")
                + (r.via().isEmpty() ? "" : " via " + r.via()) + " dev " + device
                + (r.isOnLink() ? " onlink" : "")
                + (r.from().isEmpty() ? "" : " src " + r.from())
                + (r.metric().isEmpty() ? "" : " metric " + r.metric());
    }
}
