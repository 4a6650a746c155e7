package io.heddle.ovsdb;

import static io.heddle.ovsdb.Database.INTERFACE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds interfaces that Open vSwitch has in its database, but cannot use yet. */
final class MissingDevices {
    private MissingDevices() {}

    /**
     * The wanted interfaces that Open vSwitch cannot open.
     *
     * @return {@code tap7 (could not open network device tap7 (No such device))}, in the order of the wanted state
     */
    static List<String> of(HostState wanted, Database have) {
        Map<String, String> errors = new HashMap<>();
        have.table(INTERFACE).values().stream()
                .filter(i -> !i.text("error").isEmpty())
                .forEach(i -> errors.put(i.text("name"), i.text("error")));
        List<String> out = new ArrayList<>();
        if (!errors.isEmpty()) {
            wanted.bridges()
                    .values()
                    .forEach(b -> b.ports()
                            .values()
                            .forEach(p -> p.interfaces().keySet().stream()
                                    .filter(errors::containsKey)
                                    .forEach(name -> out.add(name + " (" + errors.get(name) + ")"))));
        }
        return List.copyOf(out);
    }
}
