package io.heddle.flows.program;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Field values in the text forms of ovs-ofctl. */
final class FieldText {
    private FieldText() {}

    /** Prints {@code 10.0.0.0/8}, {@code 0x10/0xf0}, {@code 80}. */
    static String print(Field field, Masked m) {
        if (BitWords.areUsedFor(field)) {
            return BitWords.print(field, m);
        }
        String value = value(field, m.hi(), m.lo());
        if (m.isExact(field)) {
            return value;
        }
        int prefix = m.prefixLength(field.bits());
        return switch (field.form()) {
            case IPV4, IPV6 -> value + "/" + (prefix >= 0 ? prefix : value(field, m.maskHi(), m.maskLo()));
            case MAC -> value + "/" + value(field, 0, m.maskLo());
            default -> hex(field, m.lo()) + "/" + hex(field, m.maskLo());
        };
    }

    private static String value(Field field, long hi, long lo) {
        return switch (field.form()) {
            case DECIMAL -> Long.toUnsignedString(lo);
            case HEX -> hex(field, lo);
            case PORT -> PortNumber.text((int) lo);
            case MAC -> mac(lo);
            case IPV4 -> ipv4((int) lo);
            case IPV6 -> ipv6(hi, lo);
            case FRAGMENT, TCP_FLAGS, CT_STATE -> throw new IllegalArgumentException(field + " is written as words");
        };
    }

    /** Types and labels have all their digits, other numbers no leading zeros, and a mark of zero no prefix. */
    private static String hex(Field field, long v) {
        return switch (field) {
            case ETH_TYPE -> String.format("0x%04x", v);
            case IPV6_LABEL -> String.format("0x%05x", v);
            case CT_MARK -> v == 0 ? "0" : "0x" + Long.toHexString(v);
            default -> "0x" + Long.toHexString(v);
        };
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
        // As in inet_ntop(3), which ovs-ofctl calls: an IPv4 address inside an IPv6 one keeps its dots.
        boolean mapped = lo >>> 32 == 0xffff;
        if (hi == 0 && (mapped || lo >>> 32 == 0 && lo >>> 16 != 0)) {
            return (mapped ? "::ffff:" : "::") + ipv4((int) lo);
        }
        byte[] bytes = ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
        try {
            return InetAddresses.toAddrString(Inet6Address.getByAddress(null, bytes, -1));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("16 bytes are always an address", e);
        }
    }

    /**
     * Reads a value with an optional mask, in ovs-ofctl syntax.
     *
     * @throws FlowSyntaxException if {@code text} is not such a value or is too large for the field
     */
    static Masked parse(Field field, String text) {
        if (BitWords.areUsedFor(field)) {
            return BitWords.parse(field, text);
        }
        if (field == Field.IN_PORT && (text.equals("LOCAL") || text.equals("CONTROLLER"))) {
            int reserved = text.equals("LOCAL") ? PortNumber.LOCAL : PortNumber.CONTROLLER;
            return Masked.exact(field, reserved & 0xffff_ffffL);
        }
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
                throw new FlowSyntaxException(field.text() + ": prefix length " + length + " is over " + field.bits());
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
        return integer(field.text(), field.bits(), text);
    }

    /** Reads a number of up to 64 bits. @param name the field's name, for messages */
    static long integer(String name, int bits, String text) {
        // A fast path for ports and the like, which are many.
        long v = bits < Long.SIZE ? digits(text) : -1;
        return v >= 0 && v >>> bits == 0 ? v : number(name, bits, text).longValue();
    }

    /** Reads a short decimal number; -1 for anything else. */
    private static long digits(String text) {
        int n = text.length();
        boolean few = n > 0 && n < 18 && (n == 1 || text.charAt(0) != '0');
        long v = few ? 0 : -1;
        for (int i = 0; few && i < n && v >= 0; i++) {
            int digit = text.charAt(i) - '0';
            v = digit >= 0 && digit <= 9 ? v * 10 + digit : -1;
        }
        return v;
    }

    /** Reads a number of up to {@code bits} bits, decimal or with 0x. @param name the field's name, for messages */
    static BigInteger number(String name, int bits, String text) {
        if (text.matches("0\\d+")) {
            throw new FlowSyntaxException(name + ": ovs-ofctl reads " + text + " as an octal number, since it starts"
                    + " with 0: write " + text.replaceFirst("^0+(?=.)", ""));
        }
        BigInteger v;
        try {
            v = text.startsWith("0x") || text.startsWith("0X")
                    ? new BigInteger(text.substring(2), 16)
                    : new BigInteger(text);
        } catch (NumberFormatException e) {
            throw new FlowSyntaxException(name + ": \"" + text + "\" is not a number"
                    + (name.equals(Field.IN_PORT.text()) ? " or the name of a port" : ""));
        }
        if (v.signum() < 0 || v.bitLength() > bits) {
            throw new FlowSyntaxException(name + ": " + text + " is out of range, expected 0 to "
                    + BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
        }
        return v;
    }

    /** Reads {@code 02:00:00:00:00:01} as 48 bits. */
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
        // Java parses ::ffff:10.0.0.66 as an IPv4 address, but a match needs its 128 bits.
        boolean mapped = a instanceof Inet4Address && text.contains(":");
        if (a == null || v6 != (mapped || a instanceof Inet6Address)) {
            throw new FlowSyntaxException(field.text() + ": \"" + text + "\" is not an "
                    + (v6 ? "IPv6 address such as 2001:db8::1" : "IPv4 address such as 10.0.0.66"));
        }
        ByteBuffer bytes = ByteBuffer.wrap(a.getAddress());
        return a instanceof Inet4Address
                ? new long[] {0, bytes.getInt() & 0xffffffffL | (mapped ? 0xffffL << 32 : 0)}
                : new long[] {bytes.getLong(), bytes.getLong()};
    }
}
