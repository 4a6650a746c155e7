package io.heddle.trace;

import com.google.common.net.InetAddresses;
import io.heddle.check.Wires;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Completes the frame of a user's question: finds the port where it comes in, and fills in missing fields. */
public final class Origin {
    private static final long SOMEBODY = 0x0200_0000_00fdL;
    private static final long NOBODY_KNOWN = 0x0200_0000_00feL;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int RARP_REQUEST = 3;
    private static final int FRAGMENT_HEADER = 44;
    private static final int TTL = 64;
    private static final int SYN = 2;
    private static final long IPV4 = 0x0800;
    private static final long ARP = 0x0806;
    private static final long RARP = 0x8035;
    private static final long IPV6 = 0x86dd;
    private static final long MPLS = 0x8847;
    private static final long MPLS_MULTICAST = 0x8848;

    private final NetworkModel model;
    private final KnownHosts known;
    private final List<String> notes = new ArrayList<>();

    private Origin(NetworkModel model, KnownHosts known) {
        this.model = model;
        this.known = known;
    }

    /**
     * A frame before it comes in.
     *
     * @param device the interface by which it comes in
     * @param header all its fields
     * @param target the port of the receiver, {@code host/bridge/port}, if that is known
     * @param notes the assumptions
     */
    public record Frame(
            NetworkModel.Place place, String device, Match header, Optional<String> target, List<String> notes) {}

    /**
     * Makes a frame.
     *
     * @param from a port ({@code host/port}, {@code host/bridge/port}), a MAC or an IP address
     * @param to the same, or "" if the match describes the destination
     * @param match ovs-ofctl match syntax
     * @throws IllegalArgumentException with what is wrong and what would be right
     */
    public static Frame frame(NetworkModel model, KnownHosts known, String from, String to, String match) {
        return new Origin(model, known).make(from, to, match);
    }

    private Frame make(String from, String to, String text) {
        Match match;
        try {
            match = FlowText.parseMatch(text, p -> {
                throw new FlowSyntaxException("in_port: name the port where the frame comes in with --from");
            });
        } catch (FlowSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
        Optional<KnownHosts.Sighting> sender = sighting(from);
        NetworkModel.At port =
                sender.map(s -> port(model, s.bridge() + "/" + s.port())).orElseGet(() -> port(model, from));
        sender = sender.or(
                () -> known.behind(port.place().toString(), port.port().name()));
        Optional<KnownHosts.Sighting> receiver = to.isEmpty() ? Optional.empty() : sighting(to);
        Optional<String> target = receiver.map(s -> s.bridge() + "/" + s.port());
        if (!to.isEmpty() && receiver.isEmpty()) {
            NetworkModel.At at = port(model, to);
            target = Optional.of(at.place() + "/" + at.port().name());
            receiver = known.behind(at.place().toString(), at.port().name());
        }
        if (match.fields().isEmpty()
                && receiver.isPresent()
                && !receiver.get().addresses().isEmpty()) {
            match = FlowText.parseMatch(receiver.get().addresses().get(0) instanceof Inet4Address ? "icmp" : "icmp6");
        }
        match = addresses(match, sender, receiver);
        match = macs(match, port, sender, receiver);
        if (target.isEmpty()) {
            target = match.exact(Field.ETH_DST).flatMap(known::find).map(s -> s.bridge() + "/" + s.port());
        }
        return new Frame(port.place(), port.port().interfaces().get(0), rest(match), target, notes);
    }

    private Optional<KnownHosts.Sighting> sighting(String name) {
        if (name.matches("(?i)([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
            long mac = Long.parseLong(name.replace(":", ""), 16);
            return Optional.of(known.find(mac)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "no host with the MAC " + name + " was seen yet, and no file declares it: name its port")));
        }
        if (InetAddresses.isInetAddress(name)) {
            return Optional.of(known.find(InetAddresses.forString(name))
                    .orElseThrow(() -> new IllegalArgumentException("no host with the address " + name
                            + " was seen yet, and no file declares it: name its port")));
        }
        return Optional.empty();
    }

    /** Adds the known IP addresses of the two ends, if the match has none. */
    private Match addresses(Match match, Optional<KnownHosts.Sighting> sender, Optional<KnownHosts.Sighting> receiver) {
        return switch (match.exact(Field.ETH_TYPE).orElse(0L).intValue()) {
            case 0x0800 -> address(address(match, Field.IPV4_SRC, sender), Field.IPV4_DST, receiver);
            case 0x0806 -> address(address(match, Field.ARP_SPA, sender), Field.ARP_TPA, receiver);
            case 0x86dd -> address(address(match, Field.IPV6_SRC, sender), Field.IPV6_DST, receiver);
            default -> match;
        };
    }

    private static Match address(Match match, Field field, Optional<KnownHosts.Sighting> host) {
        boolean v6 = field.form() == Field.Form.IPV6;
        Optional<InetAddress> known = host.flatMap(s -> s.addresses().stream()
                .filter(a -> a instanceof Inet4Address != v6)
                .findFirst());
        return known.isEmpty() || match.has(field) ? match : match.with(field, Masked.address(field, known.get()));
    }

    private Match macs(
            Match match,
            NetworkModel.At port,
            Optional<KnownHosts.Sighting> sender,
            Optional<KnownHosts.Sighting> receiver) {
        Match out = match;
        if (!out.has(Field.ETH_SRC)) {
            if (sender.isEmpty()) {
                notes.add("the MAC of the host behind " + port + " is not known: " + FlowText.mac(SOMEBODY)
                        + " is assumed");
            }
            out = out.with(Field.ETH_SRC, sender.map(KnownHosts.Sighting::mac).orElse(SOMEBODY));
        }
        if (!out.has(Field.ETH_DST)) {
            out = out.with(Field.ETH_DST, goesByGateway(out, port.port()) ? Gateways.MAC : destination(out, receiver));
        }
        return out;
    }

    /** Whether a host behind a port sends a packet to its gateway, which a router of Heddle's is. */
    private boolean goesByGateway(Match match, Port port) {
        int tag = match.exact(Field.VLAN_VID).orElse(0L).intValue() & 0xfff;
        Optional<Network> network = Wires.network(model, port, tag)
                .filter(n -> model.routerOf(n).isPresent())
                .map(model.networks()::get);
        Optional<InetAddress> to = ipDestination(match);
        if (network.isEmpty() || to.isEmpty() || to.get().isMulticastAddress()) {
            return false;
        }
        return !network.get().contains(to.get()) || network.get().gateways().contains(to.get());
    }

    private static Optional<InetAddress> ipDestination(Match match) {
        long type = match.exact(Field.ETH_TYPE).orElse(0L);
        Field field = type == IPV4 ? Field.IPV4_DST : Field.IPV6_DST;
        return type != IPV4 && type != IPV6
                ? Optional.empty()
                : match.get(field).filter(m -> m.isExact(field)).map(m -> m.toAddress(field));
    }

    private long destination(Match match, Optional<KnownHosts.Sighting> receiver) {
        long type = match.exact(Field.ETH_TYPE).orElse(0L);
        if (type == 0x0806 && match.exact(Field.ARP_OP).orElse(1L) == 1) {
            return BROADCAST;
        }
        if (receiver.isPresent()) {
            return receiver.get().mac();
        }
        Optional<InetAddress> address = ipDestination(match);
        Optional<KnownHosts.Sighting> owner = address.flatMap(known::find);
        if (owner.isPresent()) {
            return owner.get().mac();
        }
        if (address.isPresent() && address.get().isMulticastAddress()) {
            byte[] b = address.get().getAddress();
            int low = ByteBuffer.wrap(b, b.length - 4, 4).getInt();
            return b.length == 4 ? 0x0100_5e00_0000L | low & 0x7f_ffffL : 0x3333_0000_0000L | low & 0xffff_ffffL;
        }
        notes.add("where " + address.map(InetAddress::getHostAddress).orElse("the destination")
                + " was not seen yet: traced as a frame to an unknown MAC, which is flooded; name its port with --to");
        return NOBODY_KNOWN;
    }

    /** Fills in the fields that were not given, mostly with zeros: a real frame has every field of its protocol. */
    private Match rest(Match asked) {
        Match given = asked.exact(Field.ETH_TYPE).orElse(0L) == IPV6 && isLater(asked) ? laterOfIpv6(asked) : asked;
        Match m = given;
        long type = m.exact(Field.ETH_TYPE).orElse(-1L);
        List<Field> fields = new ArrayList<>();
        if (type == ARP || type == RARP) {
            m = m.has(Field.ARP_OP) ? m : m.with(Field.ARP_OP, type == ARP ? 1 : RARP_REQUEST);
            m = m.has(Field.ARP_SHA)
                    ? m
                    : m.with(Field.ARP_SHA, m.exact(Field.ETH_SRC).orElse(0L));
            fields.addAll(List.of(Field.ARP_SPA, Field.ARP_TPA, Field.ARP_THA));
        } else if (type == IPV4 || type == IPV6) {
            fields.addAll(
                    type == IPV4
                            ? List.of(Field.IPV4_SRC, Field.IPV4_DST)
                            : List.of(Field.IPV6_SRC, Field.IPV6_DST, Field.IPV6_LABEL));
            fields.addAll(List.of(Field.IP_PROTO, Field.IP_DSCP, Field.IP_ECN, Field.IP_FRAG));
            m = m.has(Field.IP_TTL) ? m : m.with(Field.IP_TTL, TTL);
            m = isLater(m) ? m : transport(m, fields);
        } else if (type == MPLS || type == MPLS_MULTICAST) {
            fields.addAll(List.of(Field.MPLS_LABEL, Field.MPLS_TC));
            m = m.has(Field.MPLS_TTL) ? m : m.with(Field.MPLS_TTL, TTL);
            m = m.has(Field.MPLS_BOS) ? m : m.with(Field.MPLS_BOS, 1);
        } else if (type < 0) {
            fields.add(Field.ETH_TYPE);
        }
        for (Field f : fields) {
            m = m.has(f) ? m : m.with(f, Masked.exact(f, 0));
        }
        for (Map.Entry<Field, Masked> e : given.fields().entrySet()) {
            boolean open = !e.getValue().isExact(e.getKey());
            m = open
                    ? m.with(
                            e.getKey(),
                            Masked.exact(
                                    e.getKey(), e.getValue().hi(), e.getValue().lo()))
                    : m;
        }
        return m;
    }

    /** @param zeros receives the fields that are zero if they were not given */
    private static Match transport(Match m, List<Field> zeros) {
        long proto = m.exact(Field.IP_PROTO).orElse(-1L);
        boolean v6 = m.exact(Field.ETH_TYPE).orElse(0L) == IPV6;
        if (proto == 6) {
            zeros.addAll(List.of(Field.TCP_SRC, Field.TCP_DST));
            return m.has(Field.TCP_FLAGS) ? m : m.with(Field.TCP_FLAGS, SYN);
        } else if (proto == 17) {
            zeros.addAll(List.of(Field.UDP_SRC, Field.UDP_DST));
        } else if (proto == 132) {
            zeros.addAll(List.of(Field.SCTP_SRC, Field.SCTP_DST));
        } else if (!v6 && proto == 1) {
            zeros.add(Field.ICMP_CODE);
            return m.has(Field.ICMP_TYPE) ? m : m.with(Field.ICMP_TYPE, ECHO_REQUEST);
        } else if (v6 && proto == 58) {
            zeros.add(Field.ICMPV6_CODE);
            long type = m.exact(Field.ICMPV6_TYPE).orElse((long) ECHO_REQUEST_V6);
            boolean asks = type == SOLICITATION;
            if ((asks || type == ADVERTISEMENT) && m.exact(Field.ICMPV6_CODE).orElse(0L) == 0) {
                zeros.addAll(List.of(Field.ND_TARGET, asks ? Field.ND_SLL : Field.ND_TLL));
            }
            return m.has(Field.ICMPV6_TYPE) ? m : m.with(Field.ICMPV6_TYPE, ECHO_REQUEST_V6);
        }
        return m;
    }

    private static boolean isLater(Match m) {
        return m.get(Field.IP_FRAG)
                .filter(f -> (f.lo() & Field.LATER_FRAGMENT) != 0)
                .isPresent();
    }

    /** Sets the protocol to that of the fragment header, as a switch reads it: see ovs-fields(7), ip_frag. */
    private Match laterOfIpv6(Match given) {
        if (given.has(Field.IP_PROTO) && given.exact(Field.IP_PROTO).orElse(0L) != FRAGMENT_HEADER) {
            notes.add("a switch does not see the protocol of a later fragment of IPv6: its nw_proto is "
                    + FRAGMENT_HEADER);
        }
        return given.with(Field.IP_PROTO, FRAGMENT_HEADER);
    }

    /**
     * The port with this name.
     *
     * @throws IllegalArgumentException when there is none, or several
     */
    public static NetworkModel.At port(NetworkModel model, String name) {
        List<NetworkModel.At> found = model.portsNamed(name);
        if (found.size() == 1 && !found.get(0).isFound()) {
            throw new IllegalArgumentException("port " + name
                    + " is unbound: no host has an interface known by "
                    + found.get(0).port().roaming().orElseThrow().knownBy());
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    found.isEmpty()
                            ? Nearest.unknown(
                                    "port",
                                    name,
                                    model.ports().stream().map(Object::toString).toList())
                            : "there are several ports named " + name + ": write host/bridge/port, such as "
                                    + found.get(0));
        }
        return found.get(0);
    }
}
