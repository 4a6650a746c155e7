package io.heddle.apps.guard;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.Identity;
import io.heddle.apps.Protocols;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Guard;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.net.Inet4Address;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Holds the hosts behind ports to what the network file declares of them. A guarded host can send only from its own
 * addresses, claim only its own addresses, and neither advertise itself as an IPv6 router nor answer as a DHCP server.
 * Only IP versions of which the file declares an address are guarded.
 *
 * <p>{@link Table#GUARD} checks the sender, {@link Table#CLAIMS} what ARP and neighbour discovery say. A host may look
 * for duplicates of its own addresses, ask for an address by DHCP, and join multicast groups before it has an address.
 *
 * <p>Source: RFC 826, RFC 5227, RFC 4861, RFC 4862 §5.4, RFC 6105.
 */
public final class GuardApp implements FlowContributor {
    private static final int RELAYED = 310;
    private static final int NEVER = 300;
    private static final int DECLARED = 200;
    private static final int UNDECLARED = 100;
    private static final int OTHER_PROTOCOL = 60;
    private static final int REST = 50;
    private static final int ANY = 0;
    private static final Instructions CLAIMS = Instructions.go(Table.CLAIMS.number());
    private static final Instructions GO = Instructions.go(Table.PORT_SECURITY.number());

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public int number() {
        return 10;
    }

    @Override
    public boolean readsOtherHosts() {
        return false;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        Reason rest = Reason.note("not-guarded", "guard: nothing to check");
        sink.add(Table.GUARD, ANY, Match.ALL, GO, rest);
        sink.add(Table.CLAIMS, ANY, Match.ALL, GO, rest);
        view.bridge()
                .ifPresent(bridge -> bridge.ports().values().forEach(port -> {
                    Set<Inet4Address> server = servers(view, port);
                    for (int number : view.numbers(port)) {
                        GuardedPort guarded = new GuardedPort(sink, port, Match.ALL.with(Field.IN_PORT, number));
                        guarded.contribute();
                        server.forEach(guarded::serve);
                    }
                }));
    }

    /** The addresses of a port at which its host is the DHCP server of another network of the same router. */
    private static Set<Inet4Address> servers(SwitchView view, Port port) {
        Set<Inet4Address> out = new LinkedHashSet<>();
        if (port.endpoint().guards().contains(Guard.DHCP_SERVER)) {
            port.networks().stream()
                    .flatMap(n -> view.model().routerOf(n).stream())
                    .flatMap(r -> r.networks().stream())
                    .flatMap(n -> view.model().networks().get(n).dhcpServers4().stream())
                    .filter(port.endpoint().addresses()::contains)
                    .forEach(out::add);
        }
        return out;
    }

    /** The entries for one port. @param in matches its frames */
    private record GuardedPort(FlowSink sink, Port port, Match in) {
        void contribute() {
            Set<Guard> guards = port.endpoint().guards();
            if (guards.contains(Guard.RA)) {
                Reason reason = drop("router-advertisement", "router advertisement or redirect from port ");
                Protocol.ROUTERS.forEach(m -> add(Table.GUARD, NEVER, m, Instructions.DROP, reason));
                Protocol.ROUTERS_IN_FRAGMENTS.forEach(m -> add(Table.GUARD, NEVER, m, Instructions.DROP, reason));
            }
            if (guards.contains(Guard.DHCP_SERVER)) {
                Reason reason = drop("dhcp-server", "message of a DHCP server from port ");
                Protocol.DHCP_SERVERS.forEach(m -> add(Table.GUARD, NEVER, m, Instructions.DROP, reason));
                Protocol.DHCP_SERVERS_IN_FRAGMENTS.forEach(m -> add(Table.GUARD, NEVER, m, Instructions.DROP, reason));
            }
            if (guards.stream().noneMatch(Guard::needsAddresses)) {
                return;
            }
            Identity own = Identity.of(port.endpoint());
            if (guards.contains(Guard.ADDRESSES)) {
                senders(own);
            } else {
                add(Table.GUARD, REST, Match.ALL, CLAIMS, pass("sender-not-guarded", "guard: any sender behind port "));
            }
            arp(own);
            neighbours(own);
        }

        /**
         * Lets the host answer, through its gateway, hosts elsewhere that renew their addresses; not hosts of its own
         * network.
         */
        void serve(Inet4Address server) {
            Match answers = Protocol.DHCP_ANSWER
                    .with(Field.IPV4_SRC, Masked.address(Field.IPV4_SRC, server))
                    .with(Field.ETH_SRC, port.endpoint().mac().orElseThrow())
                    .with(Field.ETH_DST, Gateways.MAC);
            add(Table.GUARD, RELAYED, answers, GO, pass("relayed-server", "guard: the DHCP server behind port "));
        }

        private void senders(Identity own) {
            Reason declared = pass("declared-sender", "guard: a declared address of port ");
            Reason undeclared = drop("ip-source-not-declared", "source IP address not declared for port ");
            for (Masked mac : own.macs()) {
                Match from = Match.ALL.with(Field.ETH_SRC, mac);
                if (!own.ipv4().isEmpty()) {
                    own.ipv4().forEach(a -> sender(from, Protocols.IPV4.with(Field.IPV4_SRC, a), GO, declared));
                    for (Match m : new Match[] {Protocol.DHCP_CLIENT, Protocol.IGMP}) {
                        sender(from, m.with(Field.IPV4_SRC, Masked.exact(Field.IPV4_SRC, 0)), GO, declared);
                    }
                    add(Table.GUARD, UNDECLARED, from.and(Protocols.IPV4).orElseThrow(), Instructions.DROP, undeclared);
                }
                if (!own.ipv6().isEmpty()) {
                    own.ipv6().forEach(a -> sender(from, Protocols.IPV6.with(Field.IPV6_SRC, a), CLAIMS, declared));
                    for (Match m : Protocol.FROM_UNSPECIFIED) {
                        sender(from, m.with(Field.IPV6_SRC, Masked.exact(Field.IPV6_SRC, 0, 0)), CLAIMS, declared);
                    }
                    add(Table.GUARD, UNDECLARED, from.and(Protocols.IPV6).orElseThrow(), Instructions.DROP, undeclared);
                }
                add(Table.GUARD, OTHER_PROTOCOL, from, CLAIMS, declared);
            }
            add(
                    Table.GUARD,
                    REST,
                    Match.ALL,
                    Instructions.DROP,
                    drop("mac-not-declared", "source MAC not declared for port "));
        }

        private void sender(Match from, Match protocol, Instructions next, Reason reason) {
            add(Table.GUARD, DECLARED, from.and(protocol).orElseThrow(), next, reason);
        }

        private void arp(Identity own) {
            for (Masked address : own.ipv4()) {
                for (Masked mac : own.macs()) {
                    Match from = Protocols.ARP.with(Field.ARP_SHA, mac);
                    claim(from.with(Field.ARP_SPA, address));
                    claim(from.with(Field.ARP_SPA, Masked.exact(Field.ARP_SPA, 0))
                            .with(Field.ARP_TPA, address)
                            .with(Field.ARP_OP, 1));
                }
            }
            if (!own.ipv4().isEmpty()) {
                refuse(Protocols.ARP);
            }
        }

        private void neighbours(Identity own) {
            Match solicitation = Protocols.SOLICITATION.with(Field.ICMPV6_CODE, 0);
            Match advertisement = Protocols.ADVERTISEMENT.with(Field.ICMPV6_CODE, 0);
            for (Masked address : own.ipv6()) {
                Match asks = solicitation.with(Field.IPV6_SRC, address);
                Match says = advertisement.with(Field.ND_TARGET, address);
                // Without the option, the fields are zero.
                claim(asks.with(Field.ND_SLL, 0));
                claim(says.with(Field.ND_TLL, 0));
                for (Masked mac : own.macs()) {
                    claim(asks.with(Field.ND_SLL, mac));
                    claim(says.with(Field.ND_TLL, mac));
                }
                claim(solicitation
                        .with(Field.IPV6_SRC, Masked.exact(Field.IPV6_SRC, 0, 0))
                        .with(Field.ND_TARGET, address));
            }
            if (!own.ipv6().isEmpty()) {
                refuse(Protocols.SOLICITATION);
                refuse(Protocols.ADVERTISEMENT);
            }
        }

        private void claim(Match match) {
            add(Table.CLAIMS, DECLARED, match, GO, pass("declared-claim", "guard: claims a declared address of port "));
        }

        private void refuse(Match match) {
            add(
                    Table.CLAIMS,
                    UNDECLARED,
                    match,
                    Instructions.DROP,
                    drop("claim-not-declared", "claims an address that is not declared for port "));
        }

        private void add(Table table, int priority, Match match, Instructions then, Reason reason) {
            sink.add(table, priority, match.and(in).orElseThrow(), then, reason);
        }

        private Reason pass(String kind, String words) {
            return Reason.ofPort(kind, port.name(), words + port.name());
        }

        private Reason drop(String kind, String words) {
            return Reason.dropOfPort(kind, port.name(), words + port.name());
        }
    }
}
