package io.heddle.controller.bindings;

import io.heddle.flows.model.Binding;
import io.heddle.ovsdb.Database;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An interface that a host's database gives an {@code external_ids:iface-id}. The host only says so: who may have a
 * port, the network file decides.
 *
 * @param bridge the bridge that has it
 * @param device its name
 */
public record Claim(String host, String bridge, String device, String ifaceId) {
    /** The claims of a host to some iface-ids, with one look at each row. */
    public static Set<Claim> in(Database db, String host, Set<String> wanted) {
        Set<Claim> out = new LinkedHashSet<>();
        for (Database.Row bridge : db.table(Database.BRIDGE).values()) {
            for (String port : bridge.refs("ports")) {
                db.row(Database.PORT, port).stream()
                        .flatMap(p -> p.refs("interfaces").stream())
                        .flatMap(i -> db.row(Database.INTERFACE, i).stream())
                        .forEach(i -> {
                            String id = i.map("external_ids").getOrDefault("iface-id", "");
                            if (wanted.contains(id)) {
                                out.add(new Claim(host, bridge.text("name"), i.text("name"), id));
                            }
                        });
            }
        }
        return out;
    }

    /** As a line of a file. */
    String line(boolean inEffect) {
        return String.join(" ", host, bridge, device, inEffect ? "in-effect" : "standby", ifaceId);
    }

    /** A line of a file, without the word whether it is in effect. */
    static Optional<Claim> parse(String[] words) {
        return words.length == 5 ? Optional.of(new Claim(words[0], words[1], words[2], words[4])) : Optional.empty();
    }

    Binding binding(String port, boolean standby) {
        return new Binding(port, host, bridge, device, standby);
    }

    @Override
    public String toString() {
        return host + "/" + bridge + "/" + device;
    }
}
