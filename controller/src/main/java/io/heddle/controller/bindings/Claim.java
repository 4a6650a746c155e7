package io.heddle.controller.bindings;

import io.heddle.flows.model.Binding;
import io.heddle.flows.model.Roaming;
import io.heddle.ovsdb.Database;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An interface that has what a port without a host is known by. The host only says so: who may have a port, the network
 * file decides.
 *
 * @param bridge the bridge that has it
 * @param device its name
 * @param knownBy see {@link Roaming}
 */
public record Claim(String host, String bridge, String device, String knownBy) {
    /** The claims of a host to ports that are known by one of these, with one look at each row. */
    public static Set<Claim> in(Database db, String host, Set<String> wanted) {
        Set<Claim> out = new LinkedHashSet<>();
        for (Database.Row bridge : db.table(Database.BRIDGE).values()) {
            for (String port : bridge.refs("ports")) {
                db.row(Database.PORT, port).stream()
                        .flatMap(p -> p.refs("interfaces").stream())
                        .flatMap(i -> db.row(Database.INTERFACE, i).stream())
                        .forEach(i -> {
                            Map<String, String> ids = i.map("external_ids");
                            Stream.of(
                                            Roaming.byInterface(i.text("name")),
                                            Roaming.byIfaceId(ids.getOrDefault(Roaming.IFACE_ID, "")),
                                            Roaming.byAttachedMac(ids.getOrDefault(Roaming.ATTACHED_MAC, "")))
                                    .filter(wanted::contains)
                                    .forEach(k -> out.add(new Claim(host, bridge.text("name"), i.text("name"), k)));
                        });
            }
        }
        return out;
    }

    /** As a line of a file. */
    String line(boolean inEffect) {
        return String.join(" ", host, bridge, device, inEffect ? "in-effect" : "standby", knownBy);
    }

    /** A line of a file, without the word whether it is in effect. */
    static Optional<Claim> parse(String[] words) {
        return words.length == 5 ? Optional.of(new Claim(words[0], words[1], words[2], words[4])) : Optional.empty();
    }

    Binding binding(String port) {
        return new Binding(port, host, bridge, device);
    }

    @Override
    public String toString() {
        return host + "/" + bridge + "/" + device;
    }
}
