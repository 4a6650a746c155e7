package io.heddle.controller.dhcp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The messages in which a relay agent wraps those of DHCPv6 clients and servers.
 *
 * <p>Source: RFC 8415 §9 and §19, RFC 6939 for the client's MAC.
 */
public final class RelayedMessage6 {
    static final int RELAY_FORWARD = 12;
    static final int RELAY_REPLY = 13;

    static final int RELAY_MESSAGE = 9;
    static final int INTERFACE_ID = 18;
    static final int REMOTE_ID = 37;
    static final int CLIENT_MAC = 79;

    /** Only relay agents send these options. */
    private static final Set<Integer> OF_RELAYS = Set.of(RELAY_MESSAGE, INTERFACE_ID, REMOTE_ID, CLIENT_MAC);

    /** What fits into the smallest packet of IPv6 behind its headers: the way to the server may be a tunnel. */
    static final int LONGEST = 1232;

    private static final int HEADER = 34;
    private static final int LINK = 2;
    private static final int PEER = 18;
    private static final short ETHERNET = 1;

    private RelayedMessage6() {}

    /**
     * Where a client is.
     *
     * @param gateway the relay's address in the network of the client
     * @param peer the client's address
     * @param mac the client's
     * @param port {@code host/bridge/port}, the interface id
     */
    public record Client(InetAddress gateway, InetAddress peer, long mac, String port) {}

    /**
     * What a server has sent to a client.
     *
     * @param peer the client's address
     * @param port the interface id; the server sends it back
     * @param payload the message, byte by byte
     */
    public record Answer(InetAddress peer, String port, int xid, byte[] payload) {}

    /**
     * What goes to the servers for a client's message. Empty if it is none, is malformed or too long, or pretends to
     * come from a relay: hosts are no relays. So no message has passed a relay before, and the hop count is zero.
     */
    public static Optional<byte[]> toServer(byte[] in, Client client) {
        if (Dhcp6Message.read(in).filter(RelayedMessage6::isOfClient).isEmpty()) {
            return Optional.empty();
        }
        byte[] mac = ByteBuffer.allocate(Short.BYTES + 6)
                .putShort(ETHERNET)
                .putShort((short) (client.mac >>> 32))
                .putInt((int) client.mac)
                .array();
        byte[] options = Dhcp6Message.written(List.of(
                new Dhcp6Message.Option(INTERFACE_ID, client.port.getBytes(StandardCharsets.UTF_8)),
                new Dhcp6Message.Option(CLIENT_MAC, mac),
                new Dhcp6Message.Option(RELAY_MESSAGE, in)));
        if (HEADER + options.length > LONGEST) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.allocate(HEADER + options.length)
                .put((byte) RELAY_FORWARD)
                .put((byte) 0)
                .put(client.gateway.getAddress())
                .put(client.peer.getAddress())
                .put(options)
                .array());
    }

    private static boolean isOfClient(Dhcp6Message m) {
        return switch (m.type()) {
            case Dhcp6Message.SOLICIT,
                    Dhcp6Message.REQUEST,
                    Dhcp6Message.CONFIRM,
                    Dhcp6Message.RENEW,
                    Dhcp6Message.REBIND,
                    Dhcp6Message.RELEASE,
                    Dhcp6Message.DECLINE,
                    Dhcp6Message.INFORMATION_REQUEST ->
                m.options().stream().noneMatch(o -> OF_RELAYS.contains(o.code()));
            default -> false;
        };
    }

    /**
     * What a server's message holds for a client. Empty if it is none or is malformed, or for another relay.
     *
     * @param gateway the relay's address in the network of the client
     */
    public static Optional<Answer> toClient(byte[] in, InetAddress gateway) {
        if (in.length < HEADER
                || in[0] != RELAY_REPLY
                || in[1] != 0
                || !Dhcp6Frame.address(in, LINK).equals(gateway)) {
            return Optional.empty();
        }
        List<Dhcp6Message.Option> options = Dhcp6Message.options(in, HEADER).orElse(List.of());
        Optional<byte[]> port = only(options, INTERFACE_ID);
        Optional<byte[]> inner = only(options, RELAY_MESSAGE);
        Optional<Dhcp6Message> message = inner.flatMap(Dhcp6Message::read).filter(RelayedMessage6::isOfServer);
        if (port.isEmpty() || message.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Answer(
                Dhcp6Frame.address(in, PEER),
                new String(port.get(), StandardCharsets.UTF_8),
                message.get().xid(),
                inner.get()));
    }

    private static Optional<byte[]> only(List<Dhcp6Message.Option> options, int code) {
        List<byte[]> all = options.stream()
                .filter(o -> o.code() == code)
                .map(Dhcp6Message.Option::value)
                .toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    private static boolean isOfServer(Dhcp6Message m) {
        return m.type() == Dhcp6Message.ADVERTISE || m.type() == Dhcp6Message.REPLY;
    }
}
