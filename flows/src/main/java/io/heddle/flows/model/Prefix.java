package io.heddle.flows.model;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An IP prefix, such as {@code 10.0.200.0/24} or {@code 2001:db8::/64}.
 *
 * @param address as written; bits beyond the prefix are ignored
 * @param length 0 to 32, or to 128 for IPv6
 */
public record Prefix(InetAddress address, int length) {
    /** Addresses of IPv4 before those of IPv6, each by their number. */
    public static final Comparator<InetAddress> ORDER = Comparator.comparing((InetAddress a) -> a.getAddress().length)
            .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

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

    /** The addresses with this prefix that no host has: in IPv4 the first and the last, if there are more than two. */
    public List<InetAddress> reserved() {
        return isV4() && length < Integer.SIZE - 1 ? List.of(last(), canonical().address()) : List.of();
    }

    /** Whether an address may be a host's: it has the prefix, is not reserved, and not all zeros after it. */
    public boolean isHost(InetAddress other) {
        boolean several = other.getAddress().length * Byte.SIZE - length > 1;
        return contains(other)
                && !reserved().contains(other)
                && !(several && other.equals(canonical().address()));
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

    /** The address that follows another one by some steps. Of an IPv6 address, only the last 64 bits change. */
    public static InetAddress plus(InetAddress address, long steps) {
        if (address instanceof Inet4Address) {
            return InetAddresses.fromInteger((int) (InetAddresses.coerceToInteger(address) + steps));
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        bytes.putLong(Long.BYTES, bytes.getLong(Long.BYTES) + steps);
        try {
            return InetAddress.getByAddress(bytes.array());
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
