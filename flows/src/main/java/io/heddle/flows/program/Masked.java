package io.heddle.flows.program;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A value of up to 128 bits and the mask of the bits that count; bits outside the mask are zero.
 *
 * @param hi bits 64 to 127 of the value, zero for fields of up to 64 bits
 * @param lo bits 0 to 63 of the value
 * @param maskHi the mask's upper half
 * @param maskLo the mask's lower half
 */
public record Masked(long hi, long lo, long maskHi, long maskLo) {

    /** Clears the value's bits outside the mask, so that equal matches are equal records. */
    public Masked {
        hi &= maskHi;
        lo &= maskLo;
    }

    /** All bits of {@code field} must equal {@code value}. */
    public static Masked exact(Field field, long value) {
        return new Masked(0, value, highMask(field), lowMask(field));
    }

    /** All bits of a field of up to 128 bits must equal the value. */
    public static Masked exact(Field field, long hi, long lo) {
        return new Masked(hi, lo, highMask(field), lowMask(field));
    }

    /** All bits of an address field must equal an address of its width. */
    public static Masked address(Field field, InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? exact(field, bytes.getInt() & 0xffffffffL)
                : exact(field, bytes.getLong(), bytes.getLong());
    }

    /** The address that an exact value of an address field is. */
    public InetAddress toAddress(Field field) {
        ByteBuffer bytes = field.bits() == Integer.SIZE
                ? ByteBuffer.allocate(Integer.BYTES).putInt((int) lo)
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(hi).putLong(lo);
        try {
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** The first {@code length} bits of an address field must equal those of an address of its width. */
    public static Masked prefix(Field field, InetAddress address, int length) {
        Masked all = address(field, address);
        Masked mask = prefix(field.bits(), length);
        return new Masked(all.hi, all.lo, mask.maskHi, mask.maskLo);
    }

    /** Only the bits in {@code mask} must equal those of {@code value}. */
    public static Masked of(long value, long mask) {
        return new Masked(0, value, 0, mask);
    }

    /** Whether every bit of {@code field} counts. */
    public boolean isExact(Field field) {
        return maskLo == lowMask(field) && maskHi == highMask(field);
    }

    /** Whether no bit counts, so that every value matches. */
    public boolean isWild() {
        return maskLo == 0 && maskHi == 0;
    }

    /** Whether the value {@code (vhi, vlo)} satisfies this match. */
    public boolean covers(long vhi, long vlo) {
        return (vhi & maskHi) == hi && (vlo & maskLo) == lo;
    }

    /** The number of leading one bits if the mask is a prefix of a field of {@code bits} bits, otherwise -1. */
    public int prefixLength(int bits) {
        int ones = Long.bitCount(maskHi) + Long.bitCount(maskLo);
        Masked prefix = prefix(bits, ones);
        return prefix.maskHi == maskHi && prefix.maskLo == maskLo ? ones : -1;
    }

    /** A zero value under a mask of {@code length} leading ones in a field of {@code bits} bits. */
    static Masked prefix(int bits, int length) {
        if (bits == 128) {
            long mh = length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
            long ml = length <= 64 ? 0 : -1L << (128 - length);
            return new Masked(0, 0, mh, ml);
        }
        long all = bits == 64 ? -1L : (1L << bits) - 1;
        return new Masked(0, 0, 0, length == 0 ? 0 : all & (-1L << (bits - length)));
    }

    private static long lowMask(Field field) {
        return field.bits() >= 64 ? -1L : (1L << field.bits()) - 1;
    }

    private static long highMask(Field field) {
        return field.bits() > 64 ? -1L : 0;
    }
}
