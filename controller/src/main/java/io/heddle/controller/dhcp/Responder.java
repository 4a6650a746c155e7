package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides what a client gets to hear. A pure function: what it changes is in its answer. Heddle is the only server of
 * its networks. So it refuses an address that a client must not use even if it has never heard of the client.
 *
 * <p>Source: RFC 2131 §4.3, RFC 3046 §2.2 for the options of relay agents.
 */
public final class Responder {
    /** The most addresses from the ranges of a network that hosts behind one port have at a time. */
    public static final int MOST_PER_PORT = 16;
    /** How long an address is kept for a client that has not answered the offer. */
    static final int OFFER_SECONDS = 60;
    /** How long nobody gets an address that some other host uses. */
    static final int DECLINED_SECONDS = 600;

    private static final int LONGEST_NAME = 63;

    private final AddressPlan plan;
    private final NetworkLeases leases;
    private final long now;

    /** Why a client did not get what it wanted. */
    public enum Trouble {
        NONE,
        /** All addresses of the ranges are in use. */
        EXHAUSTED,
        /** The hosts behind the port have as many addresses as they may. */
        PORT_LIMIT,
        /** A host uses an address that is not its own. */
        DECLINED
    }

    /**
     * What to do about a message.
     *
     * @param reply the answer, if there is one
     * @param change the lease to store before the answer may be sent
     */
    public record Answer(Optional<DhcpMessage> reply, Optional<Lease> change, Trouble trouble) {
        static final Answer SILENCE = new Answer(Optional.empty(), Optional.empty(), Trouble.NONE);
    }

    /** A message and the port that it came by, {@code host/bridge/port}. */
    public record Request(DhcpMessage message, String port) {}

    /** @param now seconds since 1970 */
    public Responder(AddressPlan plan, NetworkLeases leases, long now) {
        this.plan = plan;
        this.leases = leases;
        this.now = now;
    }

    /** Answers a message of a client; one of a relay agent is left alone. */
    public Answer answer(Request r) {
        DhcpMessage m = r.message();
        if (m.reply() || m.giaddr() != 0 || !plan.admits(r.port(), m.chaddr())) {
            return Answer.SILENCE;
        }
        return switch (m.type()) {
            case DhcpMessage.DISCOVER -> offer(r);
            case DhcpMessage.REQUEST -> request(r);
            case DhcpMessage.DECLINE -> decline(r);
            case DhcpMessage.RELEASE -> release(r);
            case DhcpMessage.INFORM ->
                new Answer(Optional.of(new Reply(plan, m).inform()), Optional.empty(), Trouble.NONE);
            default -> Answer.SILENCE;
        };
    }

    private Answer offer(Request r) {
        OptionalInt declared = fixed(r);
        Optional<Lease> own = own(r);
        int address;
        if (declared.isPresent()) {
            address = declared.getAsInt();
        } else if (own.isPresent() && own.get().isActive(now)) {
            address = number(own.get());
        } else if (isPortFull(r)) {
            return new Answer(Optional.empty(), Optional.empty(), Trouble.PORT_LIMIT);
        } else if (own.isPresent()) {
            address = number(own.get());
        } else {
            int wanted = r.message()
                    .options()
                    .fourBytes(DhcpOptions.REQUESTED_ADDRESS)
                    .orElse(0);
            Optional<InetAddress> next = isUnused(r, wanted)
                    ? Optional.of(InetAddresses.fromInteger(wanted))
                    : leases.next(plan, r.port(), now);
            if (next.isEmpty()) {
                return new Answer(Optional.empty(), Optional.empty(), Trouble.EXHAUSTED);
            }
            address = InetAddresses.coerceToInteger(next.get());
        }
        Optional<Lease> change = keeps(own, address) || declared.isPresent()
                ? Optional.empty()
                : Optional.of(lease(r, address, Lease.State.OFFERED, now + OFFER_SECONDS));
        return new Answer(Optional.of(new Reply(plan, r.message()).offer(address)), change, Trouble.NONE);
    }

    /** Whether a client's lease lasts long enough to be offered as it is. */
    private boolean keeps(Optional<Lease> own, int address) {
        return own.filter(l -> number(l) == address && l.isActive(now + OFFER_SECONDS / 2))
                .isPresent();
    }

    private Answer request(Request r) {
        DhcpMessage m = r.message();
        OptionalInt server = m.options().fourBytes(DhcpOptions.SERVER_IDENTIFIER);
        if (server.isPresent() && server.getAsInt() != plan.server()) {
            // It has taken another server's offer.
            return own(r).filter(l -> l.state() == Lease.State.OFFERED && l.isActive(now))
                    .map(l -> new Answer(Optional.empty(), Optional.of(l.as(Lease.State.OFFERED, now)), Trouble.NONE))
                    .orElse(Answer.SILENCE);
        }
        int address = m.options().fourBytes(DhcpOptions.REQUESTED_ADDRESS).orElse(m.ciaddr());
        if (address == 0) {
            return Answer.SILENCE;
        }
        if (!mayHave(r, address)) {
            return new Answer(Optional.of(new Reply(plan, m).refuse()), Optional.empty(), Trouble.NONE);
        }
        boolean known = fixed(r).isPresent()
                || own(r).filter(l -> number(l) == address && l.isActive(now)).isPresent();
        if (!known && isPortFull(r)) {
            return new Answer(Optional.empty(), Optional.empty(), Trouble.PORT_LIMIT);
        }
        Lease bound = lease(r, address, Lease.State.BOUND, now + plan.leaseSeconds());
        return new Answer(Optional.of(new Reply(plan, m).acknowledge(address)), Optional.of(bound), Trouble.NONE);
    }

    /** Whether a client may have an address: its declared one, its own, or one that nobody has. */
    private boolean mayHave(Request r, int address) {
        OptionalInt declared = fixed(r);
        return declared.isPresent()
                ? declared.getAsInt() == address
                : own(r).filter(l -> number(l) == address).isPresent() || isUnused(r, address);
    }

    private boolean isUnused(Request r, int address) {
        InetAddress a = InetAddresses.fromInteger(address);
        return leases.isFree(plan, a)
                && leases.mayTake(r.port(), a)
                && leases.at(a).filter(l -> l.isActive(now)).isEmpty();
    }

    private boolean isPortFull(Request r) {
        return leases.active(plan, r.port(), now) >= MOST_PER_PORT;
    }

    private Answer decline(Request r) {
        int address =
                r.message().options().fourBytes(DhcpOptions.REQUESTED_ADDRESS).orElse(0);
        boolean ours =
                r.message().options().fourBytes(DhcpOptions.SERVER_IDENTIFIER).orElse(0) == plan.server();
        if (ours && fixed(r).orElse(0) == address && address != 0) {
            return new Answer(Optional.empty(), Optional.empty(), Trouble.DECLINED);
        }
        return own(r).filter(l -> ours && number(l) == address && l.isActive(now))
                .map(l -> new Answer(
                        Optional.empty(),
                        Optional.of(l.as(Lease.State.DECLINED, now + DECLINED_SECONDS)),
                        Trouble.DECLINED))
                .orElse(Answer.SILENCE);
    }

    private Answer release(Request r) {
        int address = r.message().ciaddr();
        return leases.at(InetAddresses.fromInteger(address))
                .filter(l -> l.isActive(now)
                        && l.client().equals(client(r.message()))
                        && l.mac() == r.message().chaddr()
                        && l.state() != Lease.State.DECLINED)
                .map(l -> new Answer(Optional.empty(), Optional.of(l.as(Lease.State.RELEASED, now)), Trouble.NONE))
                .orElse(Answer.SILENCE);
    }

    private OptionalInt fixed(Request r) {
        return plan.fixed(r.port(), r.message().chaddr(), leases);
    }

    private static int number(Lease l) {
        return InetAddresses.coerceToInteger(l.address());
    }

    private Optional<Lease> own(Request r) {
        DhcpMessage m = r.message();
        return leases.ofClient(plan, client(m), m.chaddr(), r.port(), now);
    }

    private Lease lease(Request r, int address, Lease.State state, long ends) {
        DhcpMessage m = r.message();
        return new Lease(
                plan.name(), InetAddresses.fromInteger(address), client(m), m.chaddr(), r.port(), name(m), state, ends);
    }

    /** The client's identifier; without one, the type and address of its hardware (RFC 2131 §4.2). */
    static String client(DhcpMessage m) {
        return m.options()
                .bytes(DhcpOptions.CLIENT_IDENTIFIER)
                .filter(id -> id.length > 1 && id.length <= 255)
                .map(HexFormat.of()::formatHex)
                .orElseGet(() -> String.format("01%012x", m.chaddr()));
    }

    /** What the client calls itself, in printable characters of ASCII. */
    private static String name(DhcpMessage m) {
        byte[] name = m.options().bytes(DhcpOptions.HOST_NAME).orElse(new byte[0]);
        String text = new String(name, 0, Math.min(name.length, LONGEST_NAME), StandardCharsets.US_ASCII);
        return text.replaceAll("[^A-Za-z0-9._-]", "");
    }

    /** An address as text. */
    public static String text(int address) {
        return InetAddresses.toAddrString(InetAddresses.fromInteger(address));
    }
}
