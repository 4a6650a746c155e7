package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import com.google.common.net.InetAddresses;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A host's tunnel endpoint.
 *
 * @param address IPv4 or IPv6
 */
public record Vtep(InetAddress address) {
    /** The high bits of the ids of IPv6 addresses: class E, which no IPv4 host uses. */
    private static final int V6 = 0xf000_0000;

    /** Whether the address is an IPv6 address. */
    public boolean isV6() {
        return !(address instanceof Inet4Address);
    }

    /** The 32-bit id of the VTEP in flow entries: the IPv4 address, or a hash of the IPv6 one; never 0. */
    public int id() {
        return isV6() ? idOf(high(), low()) : InetAddresses.coerceToInteger(address);
    }

    /** The id of an IPv6 address, from its upper and lower half. */
    public static int idOf(long high, long low) {
        return V6
                | Hashing.murmur3_32_fixed()
                                .newHasher()
                                .putLong(high)
                                .putLong(low)
                                .hash()
                                .asInt()
                        & ~V6;
    }

    /** Matches frames from this VTEP. */
    public Match from() {
        return isV6()
                ? Match.ALL.with(Field.TUN_IPV6_SRC, Masked.exact(Field.TUN_IPV6_SRC, high(), low()))
                : Match.ALL.with(Field.TUN_SRC, id() & 0xffffffffL);
    }

    /** Sends frames that a tunnel port outputs to this VTEP. */
    public Action to() {
        return isV6()
                ? new Action.SetField(Field.TUN_IPV6_DST, Masked.exact(Field.TUN_IPV6_DST, high(), low()))
                : new Action.SetField(Field.TUN_DST, id() & 0xffffffffL);
    }

    private long high() {
        return ByteBuffer.wrap(address.getAddress()).getLong();
    }

    private long low() {
        return ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(address);
    }
}
