package io.heddle.controller.dhcp;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An answer to a client's message. What the client has asked for comes first; the rest follows while it fits.
 *
 * <p>Source: RFC 2131 table 3, RFC 2132 §9.
 */
final class Reply {
    /** The largest packet that a client takes without saying so (RFC 2131 §2), and the most that fits into a frame. */
    private static final int DEFAULT_PACKET = 576;

    private static final int LARGEST_PACKET = 1400;
    /** Headers of IPv4 and UDP. */
    private static final int HEADERS = 28;

    private final AddressPlan plan;
    private final DhcpMessage asked;

    Reply(AddressPlan plan, DhcpMessage asked) {
        this.plan = plan;
        this.asked = asked;
    }

    DhcpMessage offer(int address) {
        return message(DhcpMessage.OFFER, address, true);
    }

    DhcpMessage acknowledge(int address) {
        return message(DhcpMessage.ACK, address, true);
    }

    /** For a client that has its address from somebody else. */
    DhcpMessage inform() {
        return message(DhcpMessage.ACK, 0, false);
    }

    DhcpMessage refuse() {
        DhcpOptions options = head(DhcpMessage.NAK)
                .with(DhcpOptions.MESSAGE, "this address is not yours".getBytes(StandardCharsets.US_ASCII));
        return new DhcpMessage(
                true, asked.xid(), 0, DhcpMessage.BROADCAST, 0, 0, 0, 0, asked.chaddr(), "", echoed(options));
    }

    private DhcpMessage message(int type, int address, boolean lease) {
        DhcpOptions options = head(type);
        if (lease) {
            int seconds = plan.leaseSeconds();
            options = options.with(DhcpOptions.LEASE_TIME, seconds)
                    .with(DhcpOptions.RENEWAL_TIME, seconds / 2)
                    .with(DhcpOptions.REBINDING_TIME, seconds / 8 * 7);
        }
        int ciaddr = type == DhcpMessage.OFFER ? 0 : asked.ciaddr();
        return new DhcpMessage(
                true,
                asked.xid(),
                0,
                asked.flags(),
                ciaddr,
                address,
                plan.bootServer(),
                0,
                asked.chaddr(),
                plan.bootFile(),
                echoed(filled(options)));
    }

    private DhcpOptions head(int type) {
        return DhcpOptions.NONE
                .with(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type})
                .with(DhcpOptions.SERVER_IDENTIFIER, plan.server());
    }

    private DhcpOptions filled(DhcpOptions head) {
        Set<Integer> order = new LinkedHashSet<>();
        order.add(DhcpOptions.SUBNET_MASK);
        for (byte code : asked.options().bytes(DhcpOptions.PARAMETER_LIST).orElse(new byte[0])) {
            order.add(code & 0xff);
        }
        order.addAll(plan.options().codes());
        int most = asked.options().twoBytes(DhcpOptions.LARGEST_MESSAGE).orElse(DEFAULT_PACKET);
        int room = Math.max(DEFAULT_PACKET, Math.min(most, LARGEST_PACKET)) - HEADERS - DhcpMessage.FIXED - 1;
        room -= head.codes().stream().mapToInt(head::length).sum();
        room -= asked.options().length(DhcpOptions.RELAY_AGENT);
        DhcpOptions out = head;
        for (int code : order) {
            int length = plan.options().length(code);
            if (length > 0 && length <= room) {
                out = out.with(code, plan.options().bytes(code).orElseThrow());
                room -= length;
            }
        }
        return out;
    }

    /** A relay agent's option comes back, as the last one. */
    private DhcpOptions echoed(DhcpOptions options) {
        return asked.options()
                .bytes(DhcpOptions.RELAY_AGENT)
                .map(b -> options.with(DhcpOptions.RELAY_AGENT, b))
                .orElse(options);
    }
}
