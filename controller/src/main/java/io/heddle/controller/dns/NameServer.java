package io.heddle.controller.dns;

import io.heddle.flows.model.Dns;
import io.heddle.flows.model.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Answers queries for the names of one realm: names in the domains of its networks, and addresses in their subnets. It
 * is authoritative for these, so what it does not know does not exist. A pure function.
 *
 * <p>Source: RFC 1034 §4.3.2, RFC 2308 for negative answers, RFC 1035 §3.5 and RFC 3596 §2.5 for reverse lookups.
 */
final class NameServer {
    private static final int LABELS_OF_IPV4 = 4;
    private static final int LABELS_OF_IPV6 = 32;
    /** The labels in front of a reverse zone: the last byte, and the half of an IPv6 address. */
    private static final int HOST_LABELS_OF_IPV4 = 1;

    private static final int HOST_LABELS_OF_IPV6 = 16;
    private static final int LABELS_OF_ROOT = 3;
    private static final int REFRESH_SECONDS = 3600;
    private static final int RETRY_SECONDS = 600;
    private static final int EXPIRE_SECONDS = 86_400;

    private final DeclaredNames declared;
    private final LeasedNames leased;
    private final Realm realm;
    private final long now;

    /** @param now seconds since 1970 */
    NameServer(DeclaredNames declared, LeasedNames leased, long now) {
        this.declared = declared;
        this.leased = leased;
        this.realm = declared.realm();
        this.now = now;
    }

    /**
     * The answer to a query for a name of the realm; empty for other names.
     *
     * @param query see {@link Messages#fault}
     * @param recursion whether there are servers for all other names
     */
    Optional<Message> answer(Message query, boolean recursion) {
        Name asked = query.getQuestion().getName();
        Optional<InetAddress> address = address(asked);
        Optional<Network> network = address.flatMap(realm::networkOf).or(() -> realm.networkOf(asked));
        if (network.isEmpty()) {
            return Optional.empty();
        }
        int ttl = network.get().dns().orElseThrow().ttlSeconds();
        Name zone = address.isPresent() ? zone(asked, address.get()) : realm.domain(network.get());
        SOARecord authority = authority(network.get(), zone, ttl);
        List<Record> all = address.isPresent()
                ? names(asked, address.get(), ttl)
                : asked.equals(zone) ? apex(network.get(), authority) : addresses(asked, ttl);
        int type = query.getQuestion().getType();
        List<Record> fitting = all.stream()
                .filter(r -> type == Type.ANY || r.getType() == type)
                .toList();
        Message reply = Messages.reply(query, all.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR, recursion);
        reply.getHeader().setFlag(Flags.AA);
        fitting.forEach(r -> reply.addRecord(r, Section.ANSWER));
        if (fitting.isEmpty()) {
            reply.addRecord(authority, Section.AUTHORITY);
        }
        return Optional.of(reply);
    }

    private List<Record> addresses(Name name, int ttl) {
        List<Record> out = new ArrayList<>();
        declared.addresses(name).forEach(a -> out.add(record(name, ttl, a)));
        leased.addresses(name).stream()
                .filter(l -> l.ends() > now)
                .forEach(l -> out.add(record(name, Math.min(ttl, l.ends() - now), l.address())));
        return out;
    }

    private static Record record(Name name, long ttl, InetAddress address) {
        return address instanceof Inet4Address
                ? new ARecord(name, DClass.IN, ttl, address)
                : new AAAARecord(name, DClass.IN, ttl, address);
    }

    private List<Record> names(Name asked, InetAddress address, int ttl) {
        return declared.name(address)
                .map(n -> List.<Record>of(new PTRRecord(asked, DClass.IN, ttl, n)))
                .or(() -> leased.name(address)
                        .filter(l -> l.ends() > now)
                        .map(l -> List.of(new PTRRecord(asked, DClass.IN, Math.min(ttl, l.ends() - now), l.name()))))
                .orElse(List.of());
    }

    private List<Record> apex(Network network, SOARecord authority) {
        Name gateway = realm.host(network, Dns.GATEWAY);
        return List.of(authority, new NSRecord(authority.getName(), DClass.IN, authority.getTTL(), gateway));
    }

    /** The record that says how long hosts may cache that a name does not exist. */
    private SOARecord authority(Network network, Name zone, int ttl) {
        Name gateway = realm.host(network, Dns.GATEWAY);
        Name contact = realm.host(network, "hostmaster");
        return new SOARecord(
                zone, DClass.IN, ttl, gateway, contact, now, REFRESH_SECONDS, RETRY_SECONDS, EXPIRE_SECONDS, ttl);
    }

    /** The address of a reverse lookup; empty for other queries. */
    private static Optional<InetAddress> address(Name name) {
        boolean whole = name.labels() == LABELS_OF_IPV4 + LABELS_OF_ROOT && name.subdomain(root("in-addr.arpa."))
                || name.labels() == LABELS_OF_IPV6 + LABELS_OF_ROOT && name.subdomain(root("ip6.arpa."));
        if (!whole) {
            return Optional.empty();
        }
        try {
            return Optional.of(ReverseMap.fromName(name));
        } catch (UnknownHostException | RuntimeException e) {
            // Labels that are no numbers.
            return Optional.empty();
        }
    }

    private static Name zone(Name asked, InetAddress address) {
        return new Name(asked, address instanceof Inet4Address ? HOST_LABELS_OF_IPV4 : HOST_LABELS_OF_IPV6);
    }

    private static Name root(String name) {
        try {
            return Name.fromString(name);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(name, e);
        }
    }
}
