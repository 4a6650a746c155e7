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

    /** Packets from a prefix. */
    static Match from(Prefix prefix) {
        Field field = prefix.isV4() ? Field.IPV4_SRC : Field.IPV6_SRC;
        return at(field, prefix.address(), prefix.length());
    }

    private static Match to(InetAddress address, int length) {
        return at(address instanceof Inet4Address ? Field.IPV4_DST : Field.IPV6_DST, address, length);
    }

    private static Match at(Field field, InetAddress address, int length) {
        Match ip = Protocols.ip(address instanceof Inet4Address);
        return length == 0 ? ip : ip.with(field, Masked.prefix(field, address, length));
    }
}
