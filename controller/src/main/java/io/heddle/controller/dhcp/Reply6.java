package io.heddle.controller.dhcp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers to a client's DHCPv6 message. Name servers and search domains come unasked, anything else if the client asks.
 *
 * <p>Source: RFC 8415 §18.3.
 */
final class Reply6 {
    /** What fits into the smallest packet of IPv6 behind its headers. */
    private static final int MOST_BYTES = 1232;

    private static final Set<Integer> UNASKED = Set.of(Dhcp6Message.NAME_SERVERS, Dhcp6Message.SEARCH);
    /** The least that clients accept as the time until they ask again (RFC 8415 §7.6). */
    private static final int LEAST_REFRESH_SECONDS = 600;

    private final Plan6 plan;
    private final Dhcp6Message asked;

    Reply6(Plan6 plan, Dhcp6Message asked) {
        this.plan = plan;
        this.asked = asked;
    }

    /** An answer with some options, and with those that the network declares as far as they fit. */
    Dhcp6Message of(int type, List<Dhcp6Message.Option> options) {
        List<Dhcp6Message.Option> out = new ArrayList<>();
        asked.option(Dhcp6Message.CLIENT_ID)
                .ifPresent(id -> out.add(new Dhcp6Message.Option(Dhcp6Message.CLIENT_ID, id)));
        out.add(new Dhcp6Message.Option(Dhcp6Message.SERVER_ID, plan.server()));
        out.addAll(options);
        int room = MOST_BYTES - new Dhcp6Message(type, 0, out).write().length;
        for (Dhcp6Message.Option o : plan.options()) {
            int length = 2 * Short.BYTES + o.value().length;
            if (length <= room && (UNASKED.contains(o.code()) || isAskedFor(o.code()))) {
                out.add(o);
                room -= length;
            }
        }
        return new Dhcp6Message(type, asked.xid(), out);
    }

    Dhcp6Message information() {
        int seconds = Math.max(LEAST_REFRESH_SECONDS, plan.leaseSeconds());
        return of(
                Dhcp6Message.REPLY,
                isAskedFor(Dhcp6Message.REFRESH_TIME)
                        ? List.of(new Dhcp6Message.Option(
                                Dhcp6Message.REFRESH_TIME,
                                ByteBuffer.allocate(Integer.BYTES)
                                        .putInt(seconds)
                                        .array()))
                        : List.of());
    }

    private boolean isAskedFor(int code) {
        byte[] codes = asked.option(Dhcp6Message.OPTION_REQUEST).orElse(new byte[0]);
        for (int i = 0; i + 1 < codes.length; i += Short.BYTES) {
            if (DhcpFrame.u16(codes, i) == code) {
                return true;
            }
        }
        return false;
    }

    /**
     * What becomes of an association.
     *
     * @param address that it gets
     * @param over addresses that the client must not use any more
     * @param lacking the status if it gets none
     */
    Dhcp6Message.Option association(
            Dhcp6Message.Association ia, Optional<InetAddress> address, List<InetAddress> over, int lacking) {
        int seconds = plan.leaseSeconds();
        List<Dhcp6Message.Option> inner = new ArrayList<>();
        address.ifPresentOrElse(
                a -> inner.add(Dhcp6Message.address(a, seconds)), () -> inner.add(Dhcp6Message.status(lacking)));
        over.forEach(a -> inner.add(Dhcp6Message.address(a, 0)));
        return address.isPresent()
                ? Dhcp6Message.association(ia.id(), seconds / 2, seconds / 8 * 7, inner)
                : Dhcp6Message.association(ia.id(), 0, 0, inner);
    }
}
