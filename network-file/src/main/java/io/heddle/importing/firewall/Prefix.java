package io.heddle.importing.firewall;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An IP prefix.
 *
 * @param base the address; bits after the length are 0
 * @param length in bits, 0 to 32 or 128
 */
record Prefix(boolean v6, BigInteger base, int length) {
    private static final Comparator<Prefix> ORDER =
            Comparator.comparing(Prefix::v6).thenComparing(Prefix::base).thenComparing(Prefix::length);

    Prefix {
        int host = bits(v6) - length;
        base = base.shiftRight(host).shiftLeft(host);
    }

    static int bits(boolean v6) {
        return v6 ? 128 : 32;
    }

    /** All addresses of a version. */
    static Prefix all(boolean v6) {
        return new Prefix(v6, BigInteger.ZERO, 0);
    }

    /** Reads an address, ADDRESS/LENGTH or ADDRESS/MASK; empty if the text is none of these, or the mask has gaps. */
    static Optional<Prefix> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!InetAddresses.isInetAddress(address)) {
            return Optional.empty();
        }
        byte[] bytes = InetAddresses.forString(address).getAddress();
        boolean v6 = bytes.length > 4;
        int bits = slash < 0 ? bits(v6) : lengthOf(text.substring(slash + 1), v6);
        return bits < 0 ? Optional.empty() : Optional.of(new Prefix(v6, new BigInteger(1, bytes), bits));
    }

    private static int lengthOf(String text, boolean v6) {
        if (text.matches("\\d{1,3}")) {
            int length = Integer.parseInt(text);
            return length <= bits(v6) ? length : -1;
        } else if (!InetAddresses.isInetAddress(text)) {
            return -1;
        }
        byte[] bytes = InetAddresses.forString(text).getAddress();
        BigInteger mask = new BigInteger(1, bytes);
        int ones = mask.bitCount();
        boolean fits = bytes.length * Byte.SIZE == bits(v6) && (ones == 0 || ones + mask.getLowestSetBit() == bits(v6));
        return fits ? ones : -1;
    }

    /** The fewest prefixes from a first to a last address; empty if these are no range. */
    static Optional<List<Prefix>> range(String from, String to) {
        Optional<Prefix> first = parse(from);
        Optional<Prefix> last = parse(to);
        if (from.contains("/")
                || to.contains("/")
                || first.isEmpty()
                || last.isEmpty()
                || first.get().v6 != last.get().v6
                || first.get().base.compareTo(last.get().base) > 0) {
            return Optional.empty();
        }
        boolean v6 = first.get().v6;
        List<Prefix> out = new ArrayList<>();
        BigInteger at = first.get().base;
        BigInteger end = last.get().base.add(BigInteger.ONE);
        while (at.compareTo(end) < 0) {
            int aligned = at.signum() == 0 ? bits(v6) : at.getLowestSetBit();
            int host = Math.min(aligned, end.subtract(at).bitLength() - 1);
            out.add(new Prefix(v6, at, bits(v6) - host));
            at = at.add(BigInteger.ONE.shiftLeft(host));
        }
        return Optional.of(out);
    }

    boolean covers(Prefix other) {
        int host = bits(v6) - length;
        return v6 == other.v6
                && length <= other.length
                && other.base.shiftRight(host).equals(base.shiftRight(host));
    }

    /** The same addresses without overlap, in order. */
    static List<Prefix> disjoint(List<Prefix> all) {
        List<Prefix> sorted = new ArrayList<>(all);
        sorted.sort(ORDER);
        List<Prefix> out = new ArrayList<>();
        for (Prefix p : sorted) {
            if (out.isEmpty() || !out.get(out.size() - 1).covers(p)) {
                out.add(p);
            }
        }
        return out;
    }

    /** The addresses that are in both. */
    static List<Prefix> common(List<Prefix> a, List<Prefix> b) {
        List<Prefix> out = new ArrayList<>();
        for (Prefix p : a) {
            for (Prefix q : b) {
                if (p.covers(q)) {
                    out.add(q);
                } else if (q.covers(p)) {
                    out.add(p);
                }
            }
        }
        return disjoint(out);
    }

    /** The addresses of this prefix that are in none of the others. */
    List<Prefix> without(List<Prefix> others) {
        List<Prefix> inside =
                others.stream().filter(o -> covers(o) || o.covers(this)).toList();
        if (inside.isEmpty()) {
            return List.of(this);
        } else if (inside.stream().anyMatch(o -> o.covers(this))) {
            return List.of();
        }
        List<Prefix> out = new ArrayList<>(new Prefix(v6, base, length + 1).without(inside));
        BigInteger half = base.setBit(bits(v6) - length - 1);
        out.addAll(new Prefix(v6, half, length + 1).without(inside));
        return out;
    }

    /** As people write it: without a length for one address. */
    String text() {
        byte[] bytes = new byte[bits(v6) / Byte.SIZE];
        byte[] value = base.toByteArray();
        for (int i = 0; i < value.length && i < bytes.length; i++) {
            bytes[bytes.length - 1 - i] = value[value.length - 1 - i];
        }
        try {
            String address = InetAddresses.toAddrString(InetAddress.getByAddress(bytes));
            // Java takes ::ffff:192.0.2.1 for IPv4.
            boolean mapped = v6 && !address.contains(":");
            return (mapped ? "::ffff:" + address : address) + (length == bits(v6) ? "" : "/" + length);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
