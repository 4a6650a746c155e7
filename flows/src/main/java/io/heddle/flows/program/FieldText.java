package io.heddle.flows.program;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The values of fields as text, in the forms that ovs-ofctl prints and takes. */
final class FieldText {
    private FieldText() {
    }

    /** {@code 10.0.0.0/8}, {@code 0x10/0xf0}, {@code 80}. */
    static String print(Field field, Masked m) {
        String value = value(field, m.hi(), m.lo());
        if (m.isExact(field)) {
            return value;
        }
        int prefix = m.prefixLength(field.bits());
        return switch (field.form()) {
            case IPV4, IPV6 -> value + "/" + (prefix >= 0 ? prefix : value(field, m.maskHi(), m.maskLo()));
            case MAC -> value + "/" + value(field, 0, m.maskLo());
            default -> hex(m.lo()) + "/" + hex(m.maskLo());
        };
    }

    private static String value(Field field, long hi, long lo) {
        return switch (field.form()) {
            case DECIMAL -> Long.toUnsignedString(lo);
            case HEX -> hex(lo);
            case PORT -> PortNumber.text((int) lo);
            case MAC -> mac(lo);
            case IPV4 -> ipv4((int) lo);
            case IPV6 -> ipv6(hi, lo);
        };
    }

    static String hex(long v) {
        return "0x" + Long.toHexString(v);
    }

    static String mac(long v) {
        StringBuilder s = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int b = (int) (v >> shift) & 0xff;
            s.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
            if (shift > 0) {
                s.append(':');
            }
        }
        return s.toString();
    }

    static String ipv4(int v) {
        return (v >>> 24) + "." + (v >> 16 & 0xff) + "." + (v >> 8 & 0xff) + "." + (v & 0xff);
    }

    private static String ipv6(long hi, long lo) {
        byte[] bytes = ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
        try {
            return InetAddresses.toAddrString(Inet6Address.getByAddress(null, bytes, -1));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("16 bytes are always an address", e);
        }
    }

    /**
     * Reads a value with an optional mask, as ovs-ofctl takes it.
     *
     * @throws FlowSyntaxException when {@code text} is not such a value or is too large for the field
     */
    static Masked parse(Field field, String text) {
        int slash = text.indexOf('/');
        String value = slash < 0 ? text : text.substring(0, slash);
        String mask = slash < 0 ? null : text.substring(slash + 1);
        if (mask != null && !field.maskable()) {
            throw new FlowSyntaxException(field.text() + " cannot be masked: write " + field.text() + "=" + value);
        }
        long[] v = number(field, value);
        if (mask == null) {
            return Masked.exact(field, v[0], v[1]);
        }
        Masked m = mask(field, mask);
        return new Masked(v[0], v[1], m.maskHi(), m.maskLo());
    }

    private static Masked mask(Field field, String text) {
        boolean address = field.form() == Field.Form.IPV4 || field.form() == Field.Form.IPV6;
        if (address && text.matches("\\d{1,3}")) {
            int length = Integer.parseInt(text);
            if (length > field.bits()) {
                throw new FlowSyntaxException(field.text() + ": prefix length " + length + " is over "
                        + field.bits());
            }
            return Masked.prefix(field.bits(), length);
        }
        long[] m = number(field, text);
        return new Masked(0, 0, m[0], m[1]);
    }

    private static long[] number(Field field, String text) {
        return switch (field.form()) {
            case MAC -> new long[] {0, parseMac(field, text)};
            case IPV4, IPV6 -> address(field, text);
            default -> new long[] {0, integer(field, text)};
        };
    }

    private static long integer(Field field, String text) {
        BigInteger v;
        try {
            v = text.startsWith("0x") || text.startsWith("0X")
                    ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
        } catch (NumberFormatException e) {
            throw new FlowSyntaxException(field.text() + ": \"" + text + "\" is not a number"
                    + (field == Field.IN_PORT ? " or the name of a port" : ""));
        }
        if (v.signum() < 0 || v.bitLength() > field.bits()) {
            throw new FlowSyntaxException(field.text() + ": " + text + " is out of range, expected 0 to "
                    + BigInteger.ONE.shiftLeft(field.bits()).subtract(BigInteger.ONE));
        }
        return v.longValue();
    }

    /** The 48 bits of {@code 02:00:00:00:00:01}. */
    static long parseMac(Field field, String text) {
        String[] parts = text.split(":", -1);
        long v = 0;
        boolean good = parts.length == 6;
        for (String p : parts) {
            good &= p.matches("[0-9a-fA-F]{1,2}");
            v = v << 8 | (good ? Integer.parseInt(p, 16) : 0);
        }
        if (!good) {
            throw new FlowSyntaxException(field.text() + ": \"" + text
                    + "\" is not a MAC address, expected six bytes such as 02:00:00:00:00:01");
        }
        return v;
    }

    private static long[] address(Field field, String text) {
        boolean v6 = field.form() == Field.Form.IPV6;
        InetAddress a;
        try {
            a = InetAddresses.forString(text);
        } catch (IllegalArgumentException e) {
            a = null;
        }
        if (a == null || v6 != a instanceof Inet6Address) {
            throw new FlowSyntaxException(field.text() + ": \"" + text + "\" is not an "
                    + (v6 ? "IPv6 address such as 2001:db8::1" : "IPv4 address such as 10.0.0.66"));
        }
        ByteBuffer bytes = ByteBuffer.wrap(a.getAddress());
        return a instanceof Inet4Address
                ? new long[] {0, bytes.getInt() & 0xffffffffL}
                : new long[] {bytes.getLong(), bytes.getLong()};
    }
}
