package io.heddle.controller.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The options of a DHCP message by their code, in their order. Immutable.
 *
 * <p>Source: RFC 2132, RFC 3396 for options that come in several parts.
 */
public final class DhcpOptions {
    public static final int SUBNET_MASK = 1;
    public static final int ROUTERS = 3;
    public static final int NAME_SERVERS = 6;
    public static final int HOST_NAME = 12;
    public static final int DOMAIN_NAME = 15;
    public static final int MTU = 26;
    public static final int TIME_SERVERS = 42;
    public static final int REQUESTED_ADDRESS = 50;
    public static final int LEASE_TIME = 51;
    static final int OVERLOAD = 52;
    public static final int MESSAGE_TYPE = 53;
    public static final int SERVER_IDENTIFIER = 54;
    public static final int PARAMETER_LIST = 55;
    public static final int MESSAGE = 56;
    public static final int LARGEST_MESSAGE = 57;
    public static final int RENEWAL_TIME = 58;
    public static final int REBINDING_TIME = 59;
    public static final int CLIENT_IDENTIFIER = 61;
    public static final int BOOT_SERVER = 66;
    public static final int BOOT_FILE = 67;
    public static final int RELAY_AGENT = 82;
    public static final int SEARCH = 119;
    public static final int ROUTES = 121;

    /** No options. */
    public static final DhcpOptions NONE = new DhcpOptions(Map.of());

    private static final int PAD = 0;
    private static final int END = 255;
    private static final int LONGEST_PART = 255;

    private final Map<Integer, byte[]> values;

    private DhcpOptions(Map<Integer, byte[]> values) {
        this.values = values;
    }

    /** The codes, in order. */
    public Set<Integer> codes() {
        return values.keySet();
    }

    /** A copy of an option's value. */
    public Optional<byte[]> bytes(int code) {
        return Optional.ofNullable(values.get(code)).map(byte[]::clone);
    }

    /** The number of a two-byte option; empty if it is missing or has another length. */
    public OptionalInt twoBytes(int code) {
        byte[] v = values.get(code);
        return v != null && v.length == Short.BYTES
                ? OptionalInt.of(ByteBuffer.wrap(v).getShort() & 0xffff)
                : OptionalInt.empty();
    }

    /** The number or address of a four-byte option; empty if it is missing or has another length. */
    public OptionalInt fourBytes(int code) {
        byte[] v = values.get(code);
        return v != null && v.length == Integer.BYTES
                ? OptionalInt.of(ByteBuffer.wrap(v).getInt())
                : OptionalInt.empty();
    }

    /** The number of a one-byte option; 0 if it is missing or has another length. */
    public int oneByte(int code) {
        byte[] v = values.get(code);
        return v != null && v.length == 1 ? v[0] & 0xff : 0;
    }

    /** These options and another one; one of the same code is replaced. */
    public DhcpOptions with(int code, byte[] value) {
        Map<Integer, byte[]> more = new LinkedHashMap<>(values);
        more.put(code, value.clone());
        return new DhcpOptions(more);
    }

    /** Likewise with a number of four bytes, or an IPv4 address. */
    public DhcpOptions with(int code, int fourBytes) {
        return with(code, ByteBuffer.allocate(Integer.BYTES).putInt(fourBytes).array());
    }

    /** These options without those of some codes. */
    public DhcpOptions without(Set<Integer> codes) {
        Map<Integer, byte[]> fewer = new LinkedHashMap<>(values);
        fewer.keySet().removeAll(codes);
        return new DhcpOptions(fewer);
    }

    /** The bytes that an option takes in a message; 0 if it is missing. */
    int length(int code) {
        byte[] v = values.get(code);
        return v == null ? 0 : v.length + 2 * Math.max(1, (v.length + LONGEST_PART - 1) / LONGEST_PART);
    }

    /**
     * Adds what a field contains to values read before; ends at the first option that does not fit into the field.
     *
     * @param from the first byte of the field
     * @param to the byte behind the field
     */
    static void read(byte[] in, int from, int to, Map<Integer, byte[]> into) {
        int at = from;
        while (at < to) {
            int code = in[at] & 0xff;
            if (code == END) {
                return;
            }
            if (code == PAD) {
                at++;
                continue;
            }
            int length = at + 1 < to ? in[at + 1] & 0xff : LONGEST_PART + 1;
            if (at + 2 + length > to) {
                return;
            }
            byte[] before = into.getOrDefault(code, new byte[0]);
            byte[] whole = Arrays.copyOf(before, before.length + length);
            System.arraycopy(in, at + 2, whole, before.length, length);
            into.put(code, whole);
            at += 2 + length;
        }
    }

    static DhcpOptions of(Map<Integer, byte[]> values) {
        return new DhcpOptions(new LinkedHashMap<>(values));
    }

    /** Writes all options and the end. */
    void write(ByteArrayOutputStream out) {
        values.forEach((code, value) -> {
            int at = 0;
            do {
                int length = Math.min(LONGEST_PART, value.length - at);
                out.write(code);
                out.write(length);
                out.write(value, at, length);
                at += length;
            } while (at < value.length);
        });
        out.write(END);
    }
}
