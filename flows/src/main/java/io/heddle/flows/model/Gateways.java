package io.heddle.flows.model;

import com.google.common.hash.Hashing;
import io.heddle.flows.program.Masked;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The MAC addresses of routers. Guests send to one address everywhere, so that they need not notice when they move. A
 * router sends from another, which each host has alone: a switch between the hosts would otherwise see one source at
 * many ports.
 */
public final class Gateways {
    /** The MAC of all gateways; locally administered. */
    public static final long MAC = 0x0a4e_dd00_0001L;

    private static final long OWN = 0x0e4e_0000_0000L;
    private static final long WAY_OUT = 0x0e4f_0000_0000L;

    /** The MACs by which routers tell from which of several next routers a packet came: 24 bits for the host. */
    private static final long BY_HOP = 0x0e50_0000_0000L;

    private static final long BY_HOP_MASK = 0xfff0_0000_0000L;
    /** The bits of the next router in these MACs. */
    private static final long HOP_MASK = 0xfffL;

    private static final int HOST_SHIFT = 12;
    private static final long HOST_MASK = 0xff_ffffL;

    private Gateways() {}

    /** The link-local IPv6 address of all gateways, which follows from {@link #MAC} (RFC 4291 §2.5.6). */
    public static InetAddress linkLocal() {
        return linkLocal(MAC);
    }

    /** The link-local IPv6 address that follows from a MAC. */
    public static InetAddress linkLocal(long mac) {
        byte[] bytes = ByteBuffer.allocate(16)
                .putShort((short) 0xfe80)
                .putShort((short) 0)
                .putInt(0)
                .put((byte) (mac >> 40 ^ 2))
                .put((byte) (mac >> 32))
                .put((byte) (mac >> 24))
                .putShort((short) 0xfffe)
                .put((byte) (mac >> 16))
                .putShort((short) mac)
                .array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", e);
        }
    }

    /** The MAC from which the routers of a host send. */
    public static long mac(Host host) {
        return OWN | hash(host.name());
    }

    /** The MAC of a router's way out that moves between hosts. Routers that share addresses have the same. */
    public static long mac(Router router) {
        return WAY_OUT
                | hash(router.outside()
                        .filter(Router.Outside::shared)
                        .map(o -> "shared " + o.network() + " "
                                + o.addresses().get(0).getHostAddress())
                        .orElse(router.name()));
    }

    /** The MAC from which the routers of a host send packets that came from a next router. @param hop 1 to 4095 */
    public static long mac(Host host, int hop) {
        return byHop(host) | hop;
    }

    /** Matches these MACs of a host, whatever the next router. */
    public static Masked macsByHop(Host host) {
        return Masked.of(byHop(host), ~HOP_MASK & 0xffff_ffff_ffffL);
    }

    /** Matches these MACs of all hosts for one next router. */
    public static Masked macsByHop(int hop) {
        return Masked.of(BY_HOP | hop, BY_HOP_MASK | HOP_MASK);
    }

    /** Matches all of these MACs. */
    public static Masked macsByHop() {
        return Masked.of(BY_HOP, BY_HOP_MASK);
    }

    private static long byHop(Host host) {
        return BY_HOP | (hash(host.name()) & HOST_MASK) << HOST_SHIFT;
    }

    private static long hash(String name) {
        return Hashing.murmur3_32_fixed()
                        .hashString(name, StandardCharsets.UTF_8)
                        .asInt()
                & 0xffff_ffffL;
    }
}
