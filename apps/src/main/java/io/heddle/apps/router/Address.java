package io.heddle.apps.router;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Prefix;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Matches on addresses of either version. */
final class Address {
    private Address() {}

    /** Packets to an address. */
    static Match to(InetAddress address) {
        return to(address, address.getAddress().length * Byte.SIZE);
    }

    /** Packets to a prefix. */
    static Match to(Prefix prefix) {
        return to(prefix.address(), prefix.length());
    }

    private static Match to(InetAddress address, int length) {
        boolean v4 = address instanceof Inet4Address;
        Match ip = v4 ? Protocols.IPV4 : Protocols.IPV6;
        Field field = v4 ? Field.IPV4_DST : Field.IPV6_DST;
        return length == 0 ? ip : ip.with(field, Masked.prefix(field, address, length));
    }
}
