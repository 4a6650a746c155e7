package io.heddle.config;

import io.heddle.flows.model.Dns;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads {@code dns}, the name server of a network. */
final class DnsReader {
    /** A name has at most 253 characters (RFC 1035 §2.3.4), and one of a host in the domain has up to 64 more. */
    private static final int LONGEST_DOMAIN = 189;

    private final List<Problem> problems;
    private final SubnetReader addresses;

    DnsReader(List<Problem> problems) {
        this.problems = problems;
        this.addresses = new SubnetReader(problems);
    }

    /** Reads the network's {@code dns}. */
    Optional<Dns> read(Yaml network, List<InetAddress> gateways) {
        Optional<Yaml> given = network.get("dns");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Yaml y = given.get();
        if (gateways.isEmpty()) {
            problems.add(y.problem("needs a gateway of the network, such as gateway: 10.0.200.1: hosts ask there"));
        }
        Optional<Yaml> domain = y.get("domain");
        if (domain.isEmpty()) {
            problems.add(y.problem("needs domain, such as {domain: red.example}"));
            return Optional.empty();
        }
        String text = domain.get().text();
        if (text.length() > LONGEST_DOMAIN
                || !Arrays.stream(text.split("\\.", -1)).allMatch(Dns::isLabel)) {
            problems.add(domain.get()
                    .problem("expected a domain such as red.example, of at most " + LONGEST_DOMAIN
                            + " characters and 63 between two dots, found \"" + text + "\""));
        }
        int ttl = ModelReader.number(y, "ttl", Dns.DEFAULT_TTL);
        return Optional.of(new Dns(text, y.get("forward").map(f -> servers(f, gateways)), ttl));
    }

    private static boolean isNoServer(InetAddress address) {
        return address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLinkLocalAddress();
    }

    private List<InetAddress> servers(Yaml forward, List<InetAddress> gateways) {
        List<InetAddress> out = new ArrayList<>();
        for (Yaml item : forward.items()) {
            Optional<InetAddress> server = addresses.address(item);
            if (server.filter(gateways::contains).isPresent()) {
                problems.add(item.problem("is the gateway, where Heddle itself answers: expected another server"));
            }
            if (server.filter(DnsReader::isNoServer).isPresent()) {
                problems.add(item.problem("is the address of no server: expected one such as 9.9.9.9"));
            }
            server.ifPresent(out::add);
        }
        return out;
    }
}
