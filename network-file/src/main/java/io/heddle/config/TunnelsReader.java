package io.heddle.config;

import io.heddle.flows.model.Network;
import io.heddle.flows.model.Tunnels;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the settings of the tunnels between hosts. */
final class TunnelsReader {
    private TunnelsReader() {}

    static Tunnels read(List<Yaml> documents, Collection<Network> networks, List<Problem> problems) {
        List<Yaml> sections =
                documents.stream().flatMap(d -> d.get("tunnels").stream()).toList();
        if (sections.isEmpty()) {
            return Tunnels.DEFAULT;
        }
        sections.stream()
                .skip(1)
                .forEach(y -> problems.add(
                        y.problem("is already declared in " + sections.get(0).file())));
        Yaml y = sections.get(0);
        String word = y.text("type", "vxlan");
        Tunnels.Type type = List.of("vxlan", "geneve", "gre").contains(word)
                ? Tunnels.Type.valueOf(word.toUpperCase(Locale.ROOT))
                : Tunnels.Type.VXLAN;
        if (type == Tunnels.Type.GRE) {
            y.get("dst-port").ifPresent(p -> problems.add(p.problem("GRE has no ports: leave it out")));
        }
        number(y, "tos", 255, problems);
        number(y, "ttl", 255, problems);
        boolean bfd = y.text("bfd", "false").equals("true");
        for (Yaml key : y.keys()) {
            if (key.text().startsWith("bfd-") && !bfd) {
                problems.add(key.problem("configures BFD, but bfd is off: add bfd: true"));
            }
        }
        if (bfd) {
            networks.stream()
                    .filter(n -> n.vni().equals(OptionalInt.of(Tunnels.PROBE_KEY)))
                    .forEach(n -> problems.add(y.get("bfd")
                            .orElse(y)
                            .problem("VNI " + Tunnels.PROBE_KEY + " of network " + n.name()
                                    + " is what probes use: give the network another")));
        }
        return new Tunnels(type, OvsdbSettings.read(y, "tunnels"), bfd);
    }

    private static void number(Yaml y, String key, int largest, List<Problem> problems) {
        Optional<Yaml> value = y.get(key).filter(v -> v.isInteger() && (v.integer() > largest || v.integer() < 0));
        value.ifPresent(
                v -> problems.add(v.problem("expected inherit or 0 to " + largest + ", found \"" + v.text() + "\"")));
    }
}
