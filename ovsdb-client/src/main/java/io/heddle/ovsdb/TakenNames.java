package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.BRIDGE;
import static io.heddle.ovsdb.Database.INTERFACE;
import static io.heddle.ovsdb.Database.PORT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names of ports and interfaces are taken. Both are unique on a host (ovs-vswitchd.conf.db(5)): the host refuses
 * a transaction that uses one twice. Pure.
 */
final class TakenNames {
    private final Database have;
    private final Set<String> bridges;
    private final Set<String> released = new HashSet<>();
    private final List<String> conflicts = new ArrayList<>();
    /** The bridge of each port and interface, by name; collected when it is first needed. */
    private Map<String, String> ports;

    private Map<String, String> interfaces;

    /** @param bridges the bridges of the wanted state */
    TakenNames(Database have, Set<String> bridges) {
        this.have = have;
        this.bridges = bridges;
    }

    /** What is left out because of somebody else's rows, for people. */
    List<String> conflicts() {
        return conflicts;
    }

    /** Notes what is left out for another reason. */
    void leftOut(String what) {
        conflicts.add(what);
    }

    /** The transaction removes a port, so that another bridge can have one of this name. */
    void released(Database.Row port) {
        released.add(port.uuid());
    }

    /** Whether no other bridge has a port of this name; notes the conflict. @param what is to be there */
    boolean isFree(String bridge, String port, String what) {
        collect();
        return isFree(ports, "port", bridge, port, what);
    }

    /**
     * The wanted interfaces that a port can have; notes the conflicts of the others.
     *
     * @param present those that it has already
     */
    Map<String, HostState.Interface> free(
            String bridge, String port, Map<String, HostState.Interface> wanted, Set<String> present) {
        if (present.containsAll(wanted.keySet())) {
            return wanted;
        }
        collect();
        Map<String, HostState.Interface> free = new LinkedHashMap<>(wanted);
        free.keySet()
                .removeIf(name -> !present.contains(name)
                        && !isFree(interfaces, "interface", bridge, name, "port " + bridge + "/" + port));
        return free;
    }

    private boolean isFree(Map<String, String> taken, String kind, String bridge, String name, String what) {
        String owner = taken.get(name);
        if (owner == null) {
            return true;
        }
        conflicts.add(what + " is left out: " + kind + " " + name + " is on bridge " + owner + " already, "
                + (bridges.contains(owner) ? "where Heddle did not put it" : "which is not Heddle's")
                + ": remove it there (ovs-vsctl del-port " + owner + " " + name + "), or take it out of bridge "
                + bridge
                + " in the network file");
        return false;
    }

    private void collect() {
        if (ports != null) {
            return;
        }
        ports = new HashMap<>();
        interfaces = new HashMap<>();
        for (Database.Row bridge : have.table(BRIDGE).values()) {
            for (String uuid : bridge.refs("ports")) {
                have.row(PORT, uuid).filter(p -> !released.contains(uuid)).ifPresent(port -> {
                    ports.put(port.text("name"), bridge.text("name"));
                    port.refs("interfaces")
                            .forEach(i -> have.row(INTERFACE, i)
                                    .ifPresent(row -> interfaces.put(row.text("name"), bridge.text("name"))));
                });
            }
        }
    }
}
