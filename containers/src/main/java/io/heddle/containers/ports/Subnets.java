package io.heddle.containers.ports;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Texts of addresses and of subnets. */
public final class Subnets {
    private Subnets() {}

    /** Whether a text is an IP address. */
    public static boolean isAddress(String text) {
        return InetAddresses.isInetAddress(text);
    }

    /** The address of {@code 10.0.0.1/24}. */
    public static String address(String cidr) {
        return cidr.replaceFirst("/.*", "");
    }

    /** The prefix length of {@code 10.0.0.1/24}. An address without one is all of it: 32 or 128. */
    public static int length(String cidr) {
        int slash = cidr.indexOf('/');
        return slash < 0 ? bits(cidr) : Integer.parseInt(cidr.substring(slash + 1));
    }

    private static int bits(String address) {
        return isV4(address) ? Integer.SIZE : 4 * Integer.SIZE;
    }

    /** Whether an address, with or without a prefix length, is of IPv4. */
    public static boolean isV4(String text) {
        return InetAddresses.forString(address(text)) instanceof Inet4Address;
    }

    /** Whether an address is in a subnet. */
    public static boolean contains(String subnet, String address) {
        return isV4(subnet) == isV4(address)
                && network(subnet).equals(network(address(address) + "/" + length(subnet)));
    }

    /** Whether two texts stand for the same subnet or the same address, however it is written. */
    public static boolean isSame(String a, String b) {
        return isV4(a) == isV4(b)
                && a.contains("/") == b.contains("/")
                && (a.contains("/")
                        ? length(a) == length(b) && network(a).equals(network(b))
                        : number(a).equals(number(b)));
    }

    private static BigInteger number(String address) {
        InetAddress parsed = InetAddresses.forString(address(address));
        return new BigInteger(1, parsed.getAddress());
    }

    private static BigInteger network(String cidr) {
        return number(cidr).shiftRight(bits(cidr) - length(cidr));
    }
}
