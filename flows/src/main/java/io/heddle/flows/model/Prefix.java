package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP prefix, such as {@code 10.0.200.0/24} or {@code 2001:db8::/64}.
 *
 * @param address as written; bits beyond the prefix are ignored
 * @param length 0 to 32, or to 128 for IPv6
 */
public record Prefix(InetAddress address, int length) {
    public Prefix {
        int bits = address.getAddress().length * Byte.SIZE;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("prefix length " + length + ": expected 0 to " + bits);
        }
    }

    /**
     * Reads {@code 10.0.200.0/24}.
     *
     * @throws IllegalArgumentException if the text is not a prefix
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a prefix, such as 10.0.200.0/24");
        }
        return new Prefix(
                InetAddresses.forString(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** Reads a prefix, or an address as the prefix of only that address. @throws IllegalArgumentException as above */
    public static Prefix of(String text) {
        if (text.indexOf('/') >= 0) {
            return parse(text);
        }
        InetAddress address = InetAddresses.forString(text);
        return new Prefix(address, address.getAddress().length * Byte.SIZE);
    }

    /** Whether it is of IPv4. */
    public boolean isV4() {
        return address instanceof Inet4Address;
    }

    /** Whether an address may be a host's: it has the prefix and, in IPv4, is not the first or the last address. */
    public boolean isHost(InetAddress other) {
        if (!contains(other)) {
            return false;
        }
        byte[] bytes = other.getAddress();
        int hostBits = bytes.length * Byte.SIZE - length;
        BigInteger mask = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.ONE);
        BigInteger host = new BigInteger(1, bytes).and(mask);
        return hostBits < 2 || host.signum() != 0 && !(isV4() && host.equals(mask));
    }

    /** The same prefix with zeros after its length. */
    public Prefix canonical() {
        return new Prefix(filled(false), length);
    }

    /** The last address with this prefix. */
    public InetAddress last() {
        return filled(true);
    }

    /** The address with other bits after the prefix: all ones, or all zeros. */
    private InetAddress filled(boolean ones) {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            bytes[bit / Byte.SIZE] = (byte) (ones ? bytes[bit / Byte.SIZE] | mask : bytes[bit / Byte.SIZE] & ~mask);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** Whether an address has this prefix. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        int shift = mine.length * Byte.SIZE - length;
        return mine.length == theirs.length
                && new BigInteger(1, mine).shiftRight(shift).equals(new BigInteger(1, theirs).shiftRight(shift));
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(address) + "/" + length;
    }
}
