package io.heddle.openflow.codec;

import java.util.Arrays;

/** The Internet checksum. Source: RFC 1071. */
public final class Checksum {
    private Checksum() {}

    /** The sum of 16-bit words, not yet folded. @param begun the sum of what comes before */
    public static int add(byte[] bytes, int at, int length, int begun) {
        int sum = begun;
        byte[] padded = length % 2 == 0 ? bytes : Arrays.copyOf(bytes, at + length + 1);
        for (int i = at; i < at + length; i += 2) {
            sum += (padded[i] & 0xff) << 8 | padded[i + 1] & 0xff;
        }
        return sum;
    }

    /** The checksum of some bytes. @param begun see {@link #add} */
    public static short of(byte[] bytes, int at, int length, int begun) {
        int sum = add(bytes, at, length, begun);
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
