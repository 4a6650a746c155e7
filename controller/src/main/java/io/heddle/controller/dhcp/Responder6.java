package io.heddle.controller.dhcp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Decides how to answer a DHCPv6 message. A host is known by the MAC of its frames, its port, its DUID and its identity
 * association, so a copied DUID gives nobody an address that another host uses. Heddle is the only server of its
 * networks.
 *
 * <p>Source: RFC 8415 §18.3.
 */
public final class Responder6 {
    private static final int SHORTEST_ID = 3;
    private static final int LONGEST_ID = 130;

    private final Plan6 plan;
    private final NetworkLeases leases;
    private final long now;
    /** Takes changes of leases, which apply at once. They must be stored before the answer is sent. */
    private final Consumer<Lease> changes;

    private final Request request;
    private final Dhcp6Message asked;
    private final Reply6 reply;
    private final Set<InetAddress> given = new HashSet<>();
    private Responder.Trouble trouble = Responder.Trouble.NONE;

    /** The outcome of a message. @param reply the answer, if there is one */
    public record Answer(Optional<Dhcp6Message> reply, Responder.Trouble trouble) {}

    /** A message, the port that it came by ({@code host/bridge/port}), and the MAC of its sender. */
    public record Request(Dhcp6Message message, String port, long mac) {}

    /** @param now seconds since 1970; @param changes takes leases to be put and stored */
    private Responder6(Plan6 plan, NetworkLeases leases, long now, Consumer<Lease> changes, Request request) {
        this.plan = plan;
        this.leases = leases;
        this.now = now;
        this.changes = changes;
        this.request = request;
        this.asked = request.message();
        this.reply = new Reply6(plan, asked);
    }

    /**
     * Answers a message of a client, and ignores those of servers and relay agents.
     *
     * @param now seconds since 1970
     * @param changes takes leases, which must be stored before the answer is sent
     */
    public static Answer answer(Plan6 plan, NetworkLeases leases, long now, Consumer<Lease> changes, Request request) {
        Responder6 r = new Responder6(plan, leases, now, changes, request);
        return new Answer(r.isAllowed() ? r.answer() : Optional.empty(), r.trouble);
    }

    /** Whether the message has the identifiers that its type needs (RFC 8415 §16). */
    private boolean isAllowed() {
        Optional<byte[]> client = asked.option(Dhcp6Message.CLIENT_ID);
        Optional<byte[]> server = asked.option(Dhcp6Message.SERVER_ID);
        boolean ours = server.filter(s -> Arrays.equals(s, plan.server())).isPresent();
        boolean named = client.filter(c -> c.length >= SHORTEST_ID && c.length <= LONGEST_ID)
                .isPresent();
        return plan.admits(request.port(), request.mac())
                && switch (asked.type()) {
                    case Dhcp6Message.SOLICIT, Dhcp6Message.CONFIRM, Dhcp6Message.REBIND -> named && server.isEmpty();
                    case Dhcp6Message.REQUEST, Dhcp6Message.RENEW, Dhcp6Message.RELEASE, Dhcp6Message.DECLINE ->
                        named && ours;
                    case Dhcp6Message.INFORMATION_REQUEST ->
                        (named || client.isEmpty())
                                && (ours || server.isEmpty())
                                && asked.option(Dhcp6Message.IA_NA).isEmpty();
                    default -> false;
                };
    }

    private Optional<Dhcp6Message> answer() {
        List<Dhcp6Message.Association> all = asked.associations();
        return switch (asked.type()) {
            case Dhcp6Message.SOLICIT -> all.isEmpty() ? Optional.empty() : Optional.of(solicited(all));
            case Dhcp6Message.REQUEST, Dhcp6Message.RENEW, Dhcp6Message.REBIND ->
                Optional.of(reply.of(Dhcp6Message.REPLY, associations(all, Lease.State.BOUND)));
            case Dhcp6Message.CONFIRM -> confirmed(all);
            case Dhcp6Message.RELEASE -> Optional.of(ended(all, Lease.State.RELEASED));
            case Dhcp6Message.DECLINE -> Optional.of(ended(all, Lease.State.DECLINED));
            default -> Optional.of(reply.information());
        };
    }

    private Dhcp6Message solicited(List<Dhcp6Message.Association> all) {
        boolean rapid = asked.option(Dhcp6Message.RAPID_COMMIT).isPresent();
        List<Dhcp6Message.Option> options = associations(all, rapid ? Lease.State.BOUND : Lease.State.OFFERED);
        options.add(
                0,
                rapid
                        ? new Dhcp6Message.Option(Dhcp6Message.RAPID_COMMIT, new byte[0])
                        : new Dhcp6Message.Option(Dhcp6Message.PREFERENCE, new byte[] {(byte) 255}));
        return reply.of(rapid ? Dhcp6Message.REPLY : Dhcp6Message.ADVERTISE, options);
    }

    private List<Dhcp6Message.Option> associations(List<Dhcp6Message.Association> all, Lease.State state) {
        List<Dhcp6Message.Option> out = new ArrayList<>();
        boolean again = asked.type() == Dhcp6Message.RENEW || asked.type() == Dhcp6Message.REBIND;
        for (Dhcp6Message.Association ia : all) {
            Optional<InetAddress> address = choose(ia);
            address.ifPresent(a -> {
                given.add(a);
                keep(ia, a, state);
            });
            List<InetAddress> over = again
                    ? ia.addresses().stream()
                            .filter(a -> !address.equals(Optional.of(a)))
                            .toList()
                    : List.of();
            int lacking = asked.type() == Dhcp6Message.RENEW ? Dhcp6Message.NO_BINDING : Dhcp6Message.NO_ADDRESSES;
            out.add(reply.association(ia, address, over, lacking));
        }
        return out;
    }

    /** The address for an association: the declared one, its own, the one that it wants, or the next. */
    private Optional<InetAddress> choose(Dhcp6Message.Association ia) {
        Optional<InetAddress> fixed = fixed();
        if (fixed.isPresent()) {
            return fixed.filter(a -> !given.contains(a));
        }
        Optional<Lease> own = own(ia);
        boolean active = own.filter(l -> l.isActive(now)).isPresent();
        if (!active && leases.active(plan, request.port(), now) >= Responder.MOST_PER_PORT) {
            trouble = Responder.Trouble.PORT_LIMIT;
            return Optional.empty();
        }
        Optional<InetAddress> chosen = own.map(Lease::address)
                .or(() -> ia.addresses().stream().filter(this::isUnused).findFirst())
                .or(() -> leases.next(plan, request.port(), now));
        if (chosen.isEmpty() && !plan.ranges().isEmpty()) {
            trouble = Responder.Trouble.EXHAUSTED;
        }
        return chosen;
    }

    private Optional<InetAddress> fixed() {
        return plan.fixed(request.port(), request.mac(), leases);
    }

    private boolean isUnused(InetAddress address) {
        return leases.isFree(plan, address)
                && leases.mayTake(request.port(), address)
                && leases.at(address).filter(l -> l.isActive(now)).isEmpty();
    }

    private void keep(Dhcp6Message.Association ia, InetAddress address, Lease.State state) {
        boolean offer = state == Lease.State.OFFERED;
        boolean lasts = leases.at(address)
                .filter(l -> l.client().equals(client(ia)) && l.isActive(now + Responder.OFFER_SECONDS / 2))
                .isPresent();
        if (offer && (lasts || fixed().isPresent())) {
            return;
        }
        long ends = now + (offer ? Responder.OFFER_SECONDS : plan.leaseSeconds());
        changes.accept(new Lease(plan.name(), address, client(ia), request.mac(), request.port(), "", state, ends));
    }

    private Optional<Dhcp6Message> confirmed(List<Dhcp6Message.Association> all) {
        List<InetAddress> addresses =
                all.stream().flatMap(ia -> ia.addresses().stream()).toList();
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        boolean right = addresses.stream().allMatch(plan::isOnLink);
        return Optional.of(reply.of(
                Dhcp6Message.REPLY,
                List.of(Dhcp6Message.status(right ? Dhcp6Message.SUCCESS : Dhcp6Message.NOT_ON_LINK))));
    }

    /** The client gives addresses back, or has found that another host uses them. */
    private Dhcp6Message ended(List<Dhcp6Message.Association> all, Lease.State state) {
        List<Dhcp6Message.Option> out = new ArrayList<>();
        out.add(Dhcp6Message.status(Dhcp6Message.SUCCESS));
        for (Dhcp6Message.Association ia : all) {
            List<Lease> own = ia.addresses().stream()
                    .distinct()
                    .flatMap(a -> leases.at(a).stream())
                    .filter(l -> l.isActive(now)
                            && l.client().equals(client(ia))
                            && l.mac() == request.mac()
                            && l.state() != Lease.State.DECLINED)
                    .toList();
            boolean declined = state == Lease.State.DECLINED;
            for (Lease l : own) {
                trouble = declined ? Responder.Trouble.DECLINED : trouble;
                // A declared address has nobody else to rest for.
                boolean rests = declined && plan.isFree(l.address());
                changes.accept(rests ? l.as(state, now + Responder.DECLINED_SECONDS) : l.as(Lease.State.RELEASED, now));
            }
            if (own.isEmpty()) {
                out.add(reply.association(ia, Optional.empty(), List.of(), Dhcp6Message.NO_BINDING));
            }
        }
        return reply.of(Dhcp6Message.REPLY, out);
    }

    private Optional<Lease> own(Dhcp6Message.Association ia) {
        return leases.ofClient(plan, client(ia), request.mac(), request.port(), now)
                .filter(l -> !given.contains(l.address()));
    }

    /** The client's DUID and identity association. */
    private String client(Dhcp6Message.Association ia) {
        byte[] id = asked.option(Dhcp6Message.CLIENT_ID).orElseThrow();
        return HexFormat.of().formatHex(id) + "/" + HexFormat.of().toHexDigits(ia.id());
    }
}
