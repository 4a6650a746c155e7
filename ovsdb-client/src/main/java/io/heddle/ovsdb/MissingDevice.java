package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.INTERFACE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A device that an interface waits for: Open vSwitch has the interface in its database, but cannot use it yet.
 *
 * @param name the interface's name
 * @param error what Open vSwitch says, such as {@code could not open network device tap7 (No such device)}
 */
public record MissingDevice(String name, String error) {
    /** The wanted interfaces that Open vSwitch cannot open, in the order of the wanted state. */
    static List<MissingDevice> of(HostState wanted, Database have) {
        Map<String, String> errors = new HashMap<>();
        have.table(INTERFACE).values().stream()
                .filter(i -> !i.text("error").isEmpty())
                .forEach(i -> errors.put(i.text("name"), i.text("error")));
        List<MissingDevice> out = new ArrayList<>();
        if (!errors.isEmpty()) {
            wanted.bridges()
                    .values()
                    .forEach(b -> b.ports()
                            .values()
                            .forEach(p -> p.interfaces().keySet().stream()
                                    .filter(errors::containsKey)
                                    .forEach(name -> out.add(new MissingDevice(name, errors.get(name))))));
        }
        return List.copyOf(out);
    }

    @Override
    public String toString() {
        return name + " (" + error + ")";
    }
}
