package io.heddle.importing.host;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Addresses as hosts' files write them. */
final class Addresses {
    private static final int V4_BITS = 32;

    private Addresses() {}

    /** An address with the length of its prefix. @param netmask a length, a mask, or null */
    static Value withLength(Value address, Value netmask) throws HostFileException {
        String text = address.text();
        String ip = text.replaceFirst("/.*", "");
        if (!isAddress(ip)) {
            throw address.place().error("expected an address such as 192.0.2.10/24, found \"" + text + "\"");
        }
        boolean v4 = InetAddresses.forString(ip) instanceof Inet4Address;
        String length = text.contains("/")
                ? text.substring(ip.length() + 1)
                : netmask == null ? (v4 ? "32" : "128") : netmask.text();
        Place place = netmask == null ? address.place() : netmask.place();
        int bits = v4 && length.contains(".")
                ? ones(length, place)
                : new Value(length, place).number("prefix length", 0, v4 ? V4_BITS : 128);
        return new Value(ip + "/" + bits, address.place());
    }

    private static int ones(String mask, Place place) throws HostFileException {
        if (InetAddresses.isInetAddress(mask) && InetAddresses.forString(mask) instanceof Inet4Address a) {
            int bits = InetAddresses.coerceToInteger(a);
            int ones = Integer.bitCount(bits);
            if (bits == (ones == 0 ? 0 : -1 << V4_BITS - ones)) {
                return ones;
            }
        }
        throw place.error("expected a netmask such as 255.255.255.0, found \"" + mask + "\"");
    }

    static Value address(Value value) throws HostFileException {
        if (!isAddress(value.text())) {
            throw value.place().error("expected an IP address such as 192.0.2.1, found \"" + value.text() + "\"");
        }
        return value;
    }

    static boolean isAddress(String text) {
        // Zones such as fe80::1%eth0 have no part in a network file.
        return text.indexOf('%') < 0 && InetAddresses.isInetAddress(text);
    }

    /** Whether this is a prefix, with its length. */
    static boolean isPrefix(String text) {
        try {
            Prefix.of(text);
            return text.contains("/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isV4(String address) {
        return InetAddresses.forString(ip(address)) instanceof Inet4Address;
    }

    static String ip(String withLength) {
        return withLength.replaceFirst("/.*", "");
    }

    /** The prefix that an address with a length is in. */
    static Prefix subnet(String withLength) {
        return Prefix.parse(withLength).canonical();
    }

    static boolean contains(String withLength, String address) {
        InetAddress a = InetAddresses.forString(address);
        Prefix subnet = subnet(withLength);
        return subnet.isV4() == a instanceof Inet4Address && subnet.contains(a);
    }
}
