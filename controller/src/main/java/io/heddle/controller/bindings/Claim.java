package io.heddle.controller.bindings;

import io.heddle.flows.model.Binding;
import io.heddle.flows.model.Roaming;
import io.heddle.ovsdb.Database;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    /** The most interfaces of a host that may claim the same port: one is enough, and each costs work. */
    private static final int MOST_FOR_ONE_PORT = 4;

    /** A name that Heddle can address, and write down: the host's database takes any text. */
    private static final Pattern NAME = Pattern.compile("[!-.0-~]{1,255}");

    /**
     * What a host's database has to say of ports.
     *
     * @param claims those that may be right
     * @param unfit for people: interfaces that are known by the right means, but cannot be a port
     */
    public record Found(Set<Claim> claims, Set<String> unfit) {}

    /** What a host says of ports that are known by one of these, with one look at each row. */
    public static Found in(Database db, String host, Set<String> wanted) {
        Set<Claim> claims = new LinkedHashSet<>();
        Set<String> unfit = new LinkedHashSet<>();
        for (Database.Row bridge : db.table(Database.BRIDGE).values()) {
            for (String id : bridge.refs("ports")) {
                for (Database.Row port : db.row(Database.PORT, id).stream().toList()) {
                    port.refs("interfaces").stream()
                            .flatMap(i -> db.row(Database.INTERFACE, i).stream())
                            .forEach(i -> known(i, wanted).forEach(k -> {
                                Claim claim = new Claim(host, bridge.text("name"), i.text("name"), k);
                                Optional<String> why = claim.unfit(port);
                                why.ifPresent(w -> unfit.add(claim + " has " + k + ", but " + w));
                                if (why.isEmpty()) {
                                    claims.add(claim);
                                }
                            }));
                }
            }
        }
        return new Found(limited(claims), unfit);
    }

    private static List<String> known(Database.Row device, Set<String> wanted) {
        Map<String, String> ids = device.map("external_ids");
        return Stream.of(
                        Roaming.byInterface(device.text("name")),
                        Roaming.byIfaceId(ids.getOrDefault(Roaming.IFACE_ID, "")),
                        Roaming.byAttachedMac(ids.getOrDefault(Roaming.ATTACHED_MAC, "")))
                .filter(wanted::contains)
                .toList();
    }

    /** Heddle addresses the row of a port by the name of its interface. */
    private Optional<String> unfit(Database.Row port) {
        if (!NAME.matcher(bridge).matches() || !NAME.matcher(device).matches()) {
            return Optional.of("its name has characters that no device's name has");
        }
        return port.text("name").equals(device) && port.refs("interfaces").size() == 1
                ? Optional.empty()
                : Optional.of("it is not alone in a port of its own name: it belongs to port " + port.text("name"));
    }

    /** The first interfaces by name for each port, so that another look at the same rows finds the same. */
    private static Set<Claim> limited(Set<Claim> claims) {
        Map<String, Integer> count = new HashMap<>();
        claims.forEach(c -> count.merge(c.knownBy, 1, Integer::sum));
        if (count.values().stream().noneMatch(n -> n > MOST_FOR_ONE_PORT)) {
            return claims;
        }
        count.clear();
        return claims.stream()
                .sorted(Comparator.comparing(Claim::toString))
                .filter(c -> count.merge(c.knownBy, 1, Integer::sum) <= MOST_FOR_ONE_PORT)
                .collect(Collectors.toCollection(LinkedHashSet::new));
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
