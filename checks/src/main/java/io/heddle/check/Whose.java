package io.heddle.check;

import io.heddle.apps.Protocols;
import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.Gateways;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Router;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.sets.HeaderSpace;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * All addresses that the host behind a port may have: those that the file declares for it, and the prefixes that
 * routers reach by it. Of an IP version without a declared address it may have any, and so it may have any in frames
 * that are not IP.
 */
final class Whose {
    /** The MACs of VRRP routers (RFC 9568 §7.3), of both IP versions. */
    private static final long[] VRRP = {0x0000_5e00_0100L, 0x0000_5e00_0200L};

    private static final long ALL_BUT_ROUTER_ID = 0xffff_ffff_ff00L;

    private final Checker checker;
    private final HeaderSpace space;

    Whose(Checker checker) {
        this.checker = checker;
        this.space = checker.space();
    }

    /** Frames whose source MAC may be a host's. */
    int macs(Checker.End end) {
        Endpoint host = end.port().endpoint();
        if (host.mac().isEmpty()) {
            return checker.unicastSources();
        }
        Set<Long> macs = new HashSet<>(host.sources());
        macs.add(host.mac().getAsLong());
        int set = HeaderSpace.NONE;
        for (long mac : macs) {
            set = space.or(set, space.of(Match.ALL.with(Field.ETH_SRC, mac)));
        }
        for (long mac : host.shared().isEmpty() ? new long[0] : VRRP) {
            set = space.or(set, space.of(Match.ALL.with(Field.ETH_SRC, Masked.of(mac, ALL_BUT_ROUTER_ID))));
        }
        return set;
    }

    /** Frames whose source may be a host's. */
    int from(Checker.End end) {
        return addressed(end, Field.IPV4_SRC, Field.IPV6_SRC);
    }

    /** Frames whose destination may be a host's. */
    int to(Checker.End end) {
        return addressed(end, Field.IPV4_DST, Field.IPV6_DST);
    }

    private int addressed(Checker.End end, Field v4, Field v6) {
        Endpoint host = end.port().endpoint();
        Set<InetAddress> own = new HashSet<>(host.addresses());
        own.addAll(host.shared());
        int set = space.minus(HeaderSpace.ALL, space.or(space.of(Protocols.IPV4), space.of(Protocols.IPV6)));
        boolean none4 = own.stream().noneMatch(Inet4Address.class::isInstance);
        boolean none6 = own.stream().allMatch(Inet4Address.class::isInstance);
        set = none4 ? space.or(set, space.of(Protocols.IPV4)) : set;
        set = none6 ? space.or(set, space.of(Protocols.IPV6)) : set;
        if (!none6 && host.mac().isPresent()) {
            own.add(Gateways.linkLocal(host.mac().getAsLong()));
        }
        for (InetAddress a : own) {
            boolean is4 = a instanceof Inet4Address;
            Field field = is4 ? v4 : v6;
            Match ip = Protocols.ip(is4);
            set = space.or(set, space.of(ip.with(field, Masked.address(field, a))));
        }
        return space.or(set, behind(end, v4, v6));
    }

    /** What routers reach by the host. */
    private int behind(Checker.End end, Field v4, Field v6) {
        NetworkModel model = checker.model();
        int set = HeaderSpace.NONE;
        for (Router router : model.routers().values()) {
            for (Router.Route route : router.routes()) {
                if (route.via().stream()
                        .anyMatch(hop -> end.port().endpoint().addresses().contains(hop.address()))) {
                    boolean is4 = route.to().isV4();
                    Field field = is4 ? v4 : v6;
                    Match ip = Protocols.ip(is4);
                    Masked prefix = Masked.prefix(
                            field, route.to().address(), route.to().length());
                    set = space.or(set, space.of(prefix.isWild() ? ip : ip.with(field, prefix)));
                }
            }
        }
        return set;
    }
}
