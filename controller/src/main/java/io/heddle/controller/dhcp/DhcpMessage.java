package io.heddle.controller.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A DHCP message of an Ethernet host. Addresses are numbers, 0 for none.
 *
 * <p>Source: RFC 2131 §2.
 *
 * @param reply whether it comes from a server
 * @param xid the number by which a client knows the answers to its messages
 * @param flags the highest of 16 bits asks for answers by broadcast
 * @param ciaddr the address that the client has
 * @param yiaddr the address that the client gets
 * @param siaddr the server to boot from
 * @param giaddr the relay agent
 * @param chaddr the client's MAC
 * @param file the file to boot from, at most 127 bytes; only in messages to be written
 */
public record DhcpMessage(
        boolean reply,
        int xid,
        int secs,
        int flags,
        int ciaddr,
        int yiaddr,
        int siaddr,
        int giaddr,
        long chaddr,
        String file,
        DhcpOptions options) {
    public static final int DISCOVER = 1;
    public static final int OFFER = 2;
    public static final int REQUEST = 3;
    public static final int DECLINE = 4;
    public static final int ACK = 5;
    public static final int NAK = 6;
    public static final int RELEASE = 7;
    public static final int INFORM = 8;

    /** The flag of clients that cannot yet receive frames for their address. */
    public static final int BROADCAST = 0x8000;

    /** The bytes before the options. */
    static final int FIXED = 240;

    private static final int SHORTEST = 300;
    private static final int COOKIE = 0x63825363;
    private static final int ETHERNET = 1;
    private static final int MAC_BYTES = 6;
    private static final int SNAME = 44;
    private static final int FILE = 108;
    private static final int FILE_BYTES = 128;
    private static final int IN_FILE = 1;
    private static final int IN_SNAME = 2;

    /** Reads a message; empty for anything else. */
    public static Optional<DhcpMessage> read(byte[] in) {
        if (in.length < FIXED
                || in[0] != 1 && in[0] != 2
                || in[1] != ETHERNET
                || in[2] != MAC_BYTES
                || ByteBuffer.wrap(in).getInt(FIXED - Integer.BYTES) != COOKIE) {
            return Optional.empty();
        }
        Map<Integer, byte[]> options = new LinkedHashMap<>();
        DhcpOptions.read(in, FIXED, in.length, options);
        byte[] overload = options.remove(DhcpOptions.OVERLOAD);
        if (overload != null && overload.length == 1) {
            if ((overload[0] & IN_FILE) != 0) {
                DhcpOptions.read(in, FILE, FILE + FILE_BYTES, options);
            }
            if ((overload[0] & IN_SNAME) != 0) {
                DhcpOptions.read(in, SNAME, FILE, options);
            }
        }
        ByteBuffer fixed = ByteBuffer.wrap(in);
        return Optional.of(new DhcpMessage(
                in[0] == 2,
                fixed.getInt(4),
                fixed.getShort(8) & 0xffff,
                fixed.getShort(10) & 0xffff,
                fixed.getInt(12),
                fixed.getInt(16),
                fixed.getInt(20),
                fixed.getInt(24),
                fixed.getLong(28) >>> 16,
                "",
                DhcpOptions.of(options)));
    }

    /** The kind of message, such as {@link #DISCOVER}; 0 for none. */
    public int type() {
        return options.oneByte(DhcpOptions.MESSAGE_TYPE);
    }

    /** Writes the message, with at least the length of a BOOTP message (RFC 1542 §2.1). */
    public byte[] write() {
        ByteBuffer fixed = ByteBuffer.allocate(FIXED);
        fixed.put((byte) (reply ? 2 : 1))
                .put((byte) ETHERNET)
                .put((byte) MAC_BYTES)
                .put((byte) 0);
        fixed.putInt(xid).putShort((short) secs).putShort((short) flags);
        fixed.putInt(ciaddr).putInt(yiaddr).putInt(siaddr).putInt(giaddr);
        fixed.putLong(chaddr << 16);
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        fixed.position(FILE);
        fixed.put(name, 0, Math.min(name.length, FILE_BYTES - 1));
        fixed.putInt(FIXED - Integer.BYTES, COOKIE);
        ByteArrayOutputStream out = new ByteArrayOutputStream(SHORTEST);
        out.writeBytes(fixed.array());
        options.write(out);
        while (out.size() < SHORTEST) {
            out.write(0);
        }
        return out.toByteArray();
    }
}
