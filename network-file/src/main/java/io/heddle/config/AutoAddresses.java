package io.heddle.config;

import io.heddle.flows.model.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds ports with {@code address: auto} in the text of files, and replaces {@code auto} by the addresses that Heddle
 * chose.
 */
public final class AutoAddresses {
    /** The word in place of addresses. */
    static final String WORD = "auto";

    private AutoAddresses() {}

    /**
     * A port that wants addresses.
     *
     * @param port {@code host/bridge/port}, or the name of a port without a host
     * @param network its network
     * @param mac the MAC that it declares, in lower case
     */
    public record Wanted(String port, String network, Optional<String> mac, Problem place, int start, int end) {
        /** The error for this port, with its place in the file. */
        public InvalidNetworkException refuse(String why) {
            return new InvalidNetworkException(
                    List.of(new Problem(place.file(), place.line(), place.column(), place.path(), why)));
        }
    }

    /** The ports with {@code auto}, in the order of the files; files that cannot be read have none. */
    public static List<Wanted> in(Map<String, String> files) {
        List<Wanted> out = new ArrayList<>();
        AddressFile.documents(files).forEach((name, text) -> {
            if (text.contains(WORD)) {
                Yaml.read(name, text, new ArrayList<>()).ifPresent(d -> ports(d, out));
            }
        });
        return out;
    }

    private static void ports(Yaml document, List<Wanted> out) {
        entries(document, "hosts")
                .forEach((host, h) -> entries(h, "bridges")
                        .forEach((bridge, b) -> entries(b, "ports")
                                .forEach((port, p) -> port(document, host + "/" + bridge + "/" + port, p, out))));
        entries(document, "ports").forEach((port, p) -> port(document, port, p, out));
    }

    private static void port(Yaml document, String name, Yaml p, List<Wanted> out) {
        Optional<Yaml> auto = p.get("address").filter(AutoAddresses::isAuto);
        Optional<Yaml> network = p.get("access");
        if (auto.isPresent() && network.isPresent()) {
            out.add(new Wanted(
                    name,
                    network.get().text(),
                    p.get("mac").map(m -> m.text().toLowerCase(Locale.ROOT)),
                    auto.get().problem(""),
                    document.document().start(auto.get().node()),
                    document.document().end(auto.get().node())));
        }
    }

    private static Map<String, Yaml> entries(Yaml y, String key) {
        return y.get(key).map(Yaml::entries).orElse(Map.of());
    }

    /** Whether the value of {@code address} leaves the choice to Heddle. */
    static boolean isAuto(Yaml address) {
        return address.isScalar() && address.text().equals(WORD);
    }

    /** Checks that there is a subnet to choose from. */
    static void check(Yaml port, Map<String, Network> networks, List<Problem> problems) {
        Optional<Yaml> auto = port.get("address").filter(AutoAddresses::isAuto);
        if (auto.isEmpty()) {
            return;
        }
        Network network = port.get("access").map(a -> networks.get(a.text())).orElse(null);
        if (port.get("access").isEmpty()) {
            problems.add(auto.get().problem("needs access: a network with a subnet, from which to choose"));
        } else if (network != null && network.subnets().isEmpty()) {
            problems.add(auto.get()
                    .problem("needs a subnet of network " + network.name() + ", such as subnet: 10.0.200.0/24"));
        }
    }

    /**
     * Replaces {@code auto} by addresses.
     *
     * @param chosen the addresses of each port, with prefix lengths
     * @throws InvalidNetworkException if two ports share one place in the text, as aliases do
     */
    public static Map<String, String> fill(Map<String, String> files, Map<Wanted, List<String>> chosen)
            throws InvalidNetworkException {
        Map<String, String> out = new TreeMap<>(files);
        Set<String> places = new HashSet<>();
        List<Wanted> backwards = new ArrayList<>(chosen.keySet());
        backwards.sort(Comparator.comparingInt(Wanted::start).reversed());
        for (Wanted w : backwards) {
            String file = w.place.file();
            if (!places.add(file + " " + w.start)) {
                throw w.refuse("several ports share this value by an alias: write address: auto at each of them");
            }
            String text = out.get(file);
            out.put(file, text.substring(0, w.start) + YamlText.flow(chosen.get(w)) + text.substring(w.end));
        }
        return out;
    }
}
