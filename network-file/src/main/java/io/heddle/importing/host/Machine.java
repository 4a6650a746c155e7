package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One host as its files describe it, before anything is made of it. */
final class Machine {
    /**
     * A translation of what goes out.
     *
     * @param from the prefix inside; "" if only the device says it
     * @param inside the device inside; "" if nothing names it
     * @param out the device outside; "" for the one with the default route
     * @param to the address that the outside sees; "" for the one of the device outside
     */
    record Nat(String from, String inside, String out, String to, Place place) {}

    /** A port of the outside that leads inside. @param outside "" for any address */
    record Forward(String proto, String outside, int port, String to, Place place) {}

    /** A route. @param to a prefix */
    record Route(String to, String via, Place place) {}

    /** What else is known of a network by the name of its bridge. */
    static final class Known {
        String subnet = "";
        String gateway = "";
        Place place;
        final Map<String, Object> dhcp = new LinkedHashMap<>();
        final Map<String, Object> dns = new LinkedHashMap<>();
    }

    final String name;
    final Map<String, Device> devices = new LinkedHashMap<>();
    final List<Guest> guests = new ArrayList<>();
    final List<Nat> nats = new ArrayList<>();
    final List<Forward> forwards = new ArrayList<>();
    final List<Route> routes = new ArrayList<>();
    final Map<String, Known> known = new LinkedHashMap<>();
    /** What the network file does not say, and what to do about it. */
    final Set<String> left = new LinkedHashSet<>();
    /** The programs whose files were read. */
    final Set<String> programs = new LinkedHashSet<>();

    Machine(String name) {
        this.name = name;
    }

    /** The device of a name, which need not be described yet. */
    Device device(String name, Place place) throws HostFileException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,14}")) {
            throw place.error(
                    "expected the name of a device, of letters, digits, '.', '_' and '-', at most 15 characters,"
                            + " found \"" + name + "\"");
        }
        return devices.computeIfAbsent(name, n -> new Device(n, place));
    }

    Optional<Device> find(Value name) {
        return name == null ? Optional.empty() : Optional.ofNullable(devices.get(name.text()));
    }

    void left(Place place, String what, String todo) {
        left.add(place + ": " + what + ": " + todo);
    }

    /** Says that something stays with the host. */
    void stays(Place place, String what) {
        left(place, what, "stays in the host's own configuration");
    }

    Known known(String bridge) {
        return known.computeIfAbsent(bridge, b -> new Known());
    }
}
