package io.heddle.controller.dhcp;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A DHCPv6 message between a client and a server. A message with an option of a wrong length is invalid.
 *
 * <p>There is no maintained library for it in Java, and a server needs little of it.
 *
 * <p>Source: RFC 8415 §8 and §21.
 *
 * @param xid the transaction id, 24 bits
 * @param options in their order
 */
public record Dhcp6Message(int type, int xid, List<Option> options) {
    public static final int SOLICIT = 1;
    public static final int ADVERTISE = 2;
    public static final int REQUEST = 3;
    public static final int CONFIRM = 4;
    public static final int RENEW = 5;
    public static final int REBIND = 6;
    public static final int REPLY = 7;
    public static final int RELEASE = 8;
    public static final int DECLINE = 9;
    public static final int INFORMATION_REQUEST = 11;

    public static final int CLIENT_ID = 1;
    public static final int SERVER_ID = 2;
    public static final int IA_NA = 3;
    public static final int IA_ADDRESS = 5;
    public static final int OPTION_REQUEST = 6;
    public static final int PREFERENCE = 7;
    public static final int STATUS = 13;
    public static final int RAPID_COMMIT = 14;
    public static final int NAME_SERVERS = 23;
    public static final int SEARCH = 24;
    public static final int SIMPLE_TIME_SERVERS = 31;
    public static final int REFRESH_TIME = 32;
    public static final int TIME_SERVERS = 56;

    public static final int SUCCESS = 0;
    public static final int NO_ADDRESSES = 2;
    public static final int NO_BINDING = 3;
    public static final int NOT_ON_LINK = 4;

    /** The most identity associations that are read of a message, and the most addresses of each. */
    static final int MOST_ASSOCIATIONS = 4;

    static final int MOST_ADDRESSES = 4;

    private static final int HEADER = 4;
    private static final int OPTION_HEADER = 4;
    private static final int MOST_OPTIONS = 64;
    private static final int IA_HEADER = 12;
    private static final int ADDRESS_BYTES = 16;
    private static final int IA_ADDRESS_BYTES = 24;

    public Dhcp6Message {
        options = List.copyOf(options);
    }

    /** An option. */
    public record Option(int code, byte[] value) {}

    /**
     * An identity association for addresses that are not temporary (IA_NA).
     *
     * @param addresses that the client has or wants
     */
    public record Association(int id, List<InetAddress> addresses) {}

    /** Reads a message; empty for anything else. */
    public static Optional<Dhcp6Message> read(byte[] in) {
        if (in.length < HEADER) {
            return Optional.empty();
        }
        int first = ByteBuffer.wrap(in).getInt();
        Optional<List<Option>> options = options(in, HEADER);
        if (options.isEmpty()) {
            return Optional.empty();
        }
        Dhcp6Message message = new Dhcp6Message(first >>> 24, first & 0xff_ffff, options.get());
        return message.read().isPresent() ? Optional.of(message) : Optional.empty();
    }

    /** The options from a place on; empty if one does not fit. */
    static Optional<List<Option>> options(byte[] in, int from) {
        List<Option> out = new ArrayList<>();
        int at = from;
        while (at < in.length) {
            int length = at + OPTION_HEADER <= in.length ? DhcpFrame.u16(in, at + 2) : in.length;
            int end = at + OPTION_HEADER + length;
            if (end > in.length || out.size() == MOST_OPTIONS) {
                return Optional.empty();
            }
            out.add(new Option(DhcpFrame.u16(in, at), Arrays.copyOfRange(in, at + OPTION_HEADER, end)));
            at = end;
        }
        return Optional.of(out);
    }

    /** The value of the first option with a code. */
    public Optional<byte[]> option(int code) {
        return options.stream().filter(o -> o.code == code).map(Option::value).findFirst();
    }

    /** The identity associations, at most as many as a server reads. */
    public List<Association> associations() {
        return read().orElse(List.of());
    }

    /** Empty if one of them is malformed. */
    private Optional<List<Association>> read() {
        List<Association> out = new ArrayList<>();
        for (Option o : options) {
            if (o.code == IA_NA) {
                Optional<List<Option>> inner =
                        o.value.length < IA_HEADER ? Optional.empty() : options(o.value, IA_HEADER);
                if (inner.isEmpty()
                        || inner.get().stream()
                                .anyMatch(i -> i.code == IA_ADDRESS && i.value.length < IA_ADDRESS_BYTES)) {
                    return Optional.empty();
                }
                List<InetAddress> addresses = inner.get().stream()
                        .filter(i -> i.code == IA_ADDRESS)
                        .limit(MOST_ADDRESSES)
                        .map(i -> Dhcp6Frame.address(i.value, 0))
                        .toList();
                out.add(new Association(ByteBuffer.wrap(o.value).getInt(), addresses));
            }
        }
        return Optional.of(out.stream().limit(MOST_ASSOCIATIONS).toList());
    }

    /** Writes the message. */
    public byte[] write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(HEADER).putInt(type << 24 | xid).array());
        out.writeBytes(written(options));
        return out.toByteArray();
    }

    /** Options in their order. */
    static byte[] written(List<Option> options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Option o : options) {
            out.writeBytes(ByteBuffer.allocate(OPTION_HEADER)
                    .putShort((short) o.code)
                    .putShort((short) o.value.length)
                    .array());
            out.writeBytes(o.value);
        }
        return out.toByteArray();
    }

    /** The option of an association. @param renew seconds after which the client renews; @param rebind likewise */
    static Option association(int id, int renew, int rebind, List<Option> inner) {
        byte[] options = written(inner);
        return new Option(
                IA_NA,
                ByteBuffer.allocate(IA_HEADER + options.length)
                        .putInt(id)
                        .putInt(renew)
                        .putInt(rebind)
                        .put(options)
                        .array());
    }

    /** The option of an address within an association. @param seconds of its life, 0 if it must not be used */
    static Option address(InetAddress address, int seconds) {
        return new Option(
                IA_ADDRESS,
                ByteBuffer.allocate(ADDRESS_BYTES + 2 * Integer.BYTES)
                        .put(address.getAddress())
                        .putInt(seconds)
                        .putInt(seconds)
                        .array());
    }

    static Option status(int code) {
        return new Option(
                STATUS, ByteBuffer.allocate(Short.BYTES).putShort((short) code).array());
    }
}
