package io.heddle.controller.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a relay agent changes in a message; everything else stays as it is, byte by byte.
 *
 * <p>Source: RFC 1542 §4.1, RFC 3046 §2.
 */
public final class RelayedMessage {
    /** A message that has passed so many relays already goes no further (RFC 1542 §4.1.1). */
    static final int MOST_HOPS = 16;

    /** The most bytes of a message, with the option of the relay: it must fit into a frame. */
    private static final int LONGEST = 1400;

    private static final int SHORTEST = 300;
    private static final int HOPS = 3;
    private static final int GIADDR = 24;
    private static final int PAD = 0;
    private static final int END = 255;
    private static final int LONGEST_VALUE = 255;
    private static final int CIRCUIT_ID = 1;
    private static final int REMOTE_ID = 2;

    private RelayedMessage() {}

    /**
     * The option that tells a server where a host is (82).
     *
     * @param port {@code host/bridge/port}, the circuit id
     * @param network its name, the remote id
     */
    public static byte[] agent(String port, String network) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        part(out, CIRCUIT_ID, port);
        part(out, REMOTE_ID, network);
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (out.size() + 2 + bytes.length <= LONGEST_VALUE) {
            out.write(code);
            out.write(bytes.length);
            out.writeBytes(bytes);
        }
    }

    /**
     * What goes to the server for a host's message. Empty if it is none, is malformed or too long, or pretends to come
     * from a relay: hosts are no relays.
     *
     * @param gateway the relay's address in the network of the host
     */
    public static Optional<byte[]> toServer(byte[] in, int gateway, byte[] agent) {
        Optional<DhcpMessage> read = DhcpMessage.read(in).filter(RelayedMessage::isOfClient);
        int end = end(in);
        if (read.isEmpty()
                || end < 0
                || (in[HOPS] & 0xff) >= MOST_HOPS
                || read.get().giaddr() != 0
                || read.get().options().bytes(DhcpOptions.RELAY_AGENT).isPresent()
                || end + 2 + agent.length + 1 > LONGEST) {
            return Optional.empty();
        }
        ByteBuffer out = ByteBuffer.allocate(Math.max(SHORTEST, end + 2 + agent.length + 1));
        out.put(in, 0, end);
        out.put((byte) DhcpOptions.RELAY_AGENT)
                .put((byte) agent.length)
                .put(agent)
                .put((byte) END);
        out.put(HOPS, (byte) (in[HOPS] + 1)).putInt(GIADDR, gateway);
        return Optional.of(out.array());
    }

    private static boolean isOfClient(DhcpMessage m) {
        return !m.reply()
                && switch (m.type()) {
                    case DhcpMessage.DISCOVER,
                            DhcpMessage.REQUEST,
                            DhcpMessage.DECLINE,
                            DhcpMessage.RELEASE,
                            DhcpMessage.INFORM -> true;
                    default -> false;
                };
    }

    /**
     * What goes to the host for a server's message: without the option of the relay. Empty if it is none or is
     * malformed, for another relay, or with the option of another.
     */
    public static Optional<byte[]> toClient(byte[] in, int gateway, byte[] agent) {
        Optional<DhcpMessage> read = DhcpMessage.read(in).filter(RelayedMessage::isOfServer);
        int end = end(in);
        boolean ours = read.isPresent()
                && read.get().giaddr() == gateway
                && read.get()
                        .options()
                        .bytes(DhcpOptions.RELAY_AGENT)
                        .map(o -> Arrays.equals(o, agent))
                        .orElse(true);
        if (!ours || end < 0 || end + 1 > LONGEST) {
            return Optional.empty();
        }
        ByteBuffer out = ByteBuffer.allocate(Math.max(SHORTEST, end + 1));
        out.put(in, 0, DhcpMessage.FIXED);
        for (int at = DhcpMessage.FIXED; at < end; ) {
            int length = length(in, at);
            if ((in[at] & 0xff) != DhcpOptions.RELAY_AGENT) {
                out.put(in, at, length);
            }
            at += length;
        }
        out.put((byte) END);
        return Optional.of(out.array());
    }

    private static boolean isOfServer(DhcpMessage m) {
        return m.reply()
                && (m.type() == DhcpMessage.OFFER || m.type() == DhcpMessage.ACK || m.type() == DhcpMessage.NAK);
    }

    /** Where the options end; -1 if one does not fit into the message. */
    private static int end(byte[] in) {
        int at = DhcpMessage.FIXED;
        while (at < in.length && (in[at] & 0xff) != END) {
            int length = length(in, at);
            if (at + length > in.length) {
                return -1;
            }
            at += length;
        }
        return at <= in.length ? at : -1;
    }

    /** The bytes of an option, with its code and length. */
    private static int length(byte[] in, int at) {
        return in[at] == PAD ? 1 : at + 1 < in.length ? 2 + (in[at + 1] & 0xff) : in.length;
    }
}
