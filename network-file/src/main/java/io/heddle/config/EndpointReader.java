package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.Guard;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Roaming;
import io.heddle.flows.program.Field;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what is known of the host behind a port, and what it may not do. */
final class EndpointReader {
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}");
    private static final Set<Guard> BY_DEFAULT = EnumSet.of(Guard.ADDRESSES, Guard.RA, Guard.DHCP_SERVER);

    private final List<Problem> problems;

    EndpointReader(List<Problem> problems) {
        this.problems = problems;
    }

    /**
     * Reads a port's endpoint.
     *
     * @param trusted whether the port has guards only if the file says so
     */
    Endpoint read(Yaml y, Port.Vlans vlans, boolean trusted) {
        OptionalLong mac = mac(y);
        List<InetAddress> addresses = addresses(y, "address");
        List<InetAddress> shared = addresses(y, "shared-addresses");
        Set<Long> sources = y.texts("source").stream()
                .filter(EndpointReader::isMac)
                .map(EndpointReader::mac)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean known = vlans instanceof Port.Access && mac.isPresent() && !addresses.isEmpty();
        boolean later = y.get("address").filter(AutoAddresses::isAuto).isPresent();
        return new Endpoint(mac, addresses, shared, sources, later ? Set.of() : guards(y, known, trusted));
    }

    private Set<Guard> guards(Yaml y, boolean known, boolean trusted) {
        if (y.get("guard").isEmpty()) {
            shared(y, known);
            return known && !trusted ? BY_DEFAULT : Set.of();
        }
        List<String> words = y.texts("guard");
        Set<Guard> guards = Arrays.stream(Guard.values())
                .filter(g -> words.contains(g.text()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Guard.class)));
        if (!known && guards.removeIf(Guard::needsAddresses)) {
            problems.add(y.get("guard")
                    .get()
                    .problem("addresses and neighbours compare with what is declared: the port needs access, mac and"
                            + " address"));
        }
        shared(y, guards.stream().anyMatch(Guard::needsAddresses));
        return guards;
    }

    private void shared(Yaml y, boolean guarded) {
        if (!guarded) {
            y.get("shared-addresses")
                    .ifPresent(s -> problems.add(s.problem("is for ports whose addresses are guarded: the port needs"
                            + " access, mac and address, and guard must not leave out addresses")));
        }
    }

    private OptionalLong mac(Yaml y) {
        Optional<Yaml> given = y.get("mac").or(() -> y.get(Roaming.ATTACHED_MAC));
        OptionalLong mac = given.map(Yaml::text)
                .filter(EndpointReader::isMac)
                .map(m -> OptionalLong.of(mac(m)))
                .orElse(OptionalLong.empty());
        given.ifPresent(m -> {
            if (isMac(m.text()) && (mac(m.text()) & Field.ETH_MULTICAST) != 0) {
                problems.add(m.problem("is a multicast address: the first byte of a host's MAC is even"));
            }
        });
        return mac;
    }

    private List<InetAddress> addresses(Yaml y, String key) {
        List<InetAddress> addresses = new ArrayList<>();
        Optional<Yaml> given = y.get(key).filter(v -> !AutoAddresses.isAuto(v));
        for (Yaml a : given.map(Yaml::itemsOrSelf).orElse(List.of())) {
            String ip = a.text().replaceFirst("/.*", "");
            if (InetAddresses.isInetAddress(ip)) {
                addresses.add(InetAddresses.forString(ip));
            } else {
                problems.add(a.problem("expected an IP address such as 10.0.200.11/24, found \"" + a.text() + "\""));
            }
        }
        return addresses;
    }

    private static boolean isMac(String text) {
        return MAC.matcher(text).matches();
    }

    private static long mac(String text) {
        return Long.parseLong(text.replace(":", ""), 16);
    }
}
