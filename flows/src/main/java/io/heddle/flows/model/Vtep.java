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
 * The end of tunnels on a host.
 *
 * @param address IPv4 or IPv6
 */
public record Vtep(InetAddress address) {
    /** Ids of IPv6 addresses begin where IPv4 has no hosts (class E). */
    private static final int V6 = 0xf000_0000;

    /** Whether the address is one of IPv6. */
    public boolean isV6() {
        return !(address instanceof Inet4Address);
    }

    /** The 32 bits by which flows know it: the IPv4 address, or a hash of the IPv6 one, never 0. */
    public int id() {
        return isV6() ? idOf(high(), low()) : InetAddresses.coerceToInteger(address);
    }

    /** The id of an IPv6 address, given its halves. */
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

    /** Matches frames that come from there. */
    public Match from() {
        return isV6()
                ? Match.ALL.with(Field.TUN_IPV6_SRC, Masked.exact(Field.TUN_IPV6_SRC, high(), low()))
                : Match.ALL.with(Field.TUN_SRC, id() & 0xffffffffL);
    }

    /** Sends what is output to a tunnel port there. */
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
