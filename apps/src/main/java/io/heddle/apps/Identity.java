package io.heddle.apps;

import io.heddle.flows.model.Endpoint;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses that a port's host may use.
 *
 * @param macs values for {@code dl_src}
 * @param ipv4 values for {@code nw_src}; empty if no IPv4 address is declared, and then IPv4 is not guarded
 * @param ipv6 values for {@code ipv6_src}, with the link-local address; empty likewise
 */
public record Identity(List<Masked> macs, List<Masked> ipv4, List<Masked> ipv6) {
    private static final long ALL_BUT_ROUTER_ID = 0xffff_ffff_ff00L;
    /** The MACs of VRRP routers (RFC 9568 §7.3). */
    private static final Masked VRRP_IPV4 = Masked.of(0x0000_5e00_0100L, ALL_BUT_ROUTER_ID);

    private static final Masked VRRP_IPV6 = Masked.of(0x0000_5e00_0200L, ALL_BUT_ROUTER_ID);
    private static final long LINK_LOCAL = 0xfe80L << 48;

    /**
     * The addresses of a host.
     *
     * @throws java.util.NoSuchElementException if no MAC is declared
     */
    public static Identity of(Endpoint host) {
        long mac = host.mac().orElseThrow();
        Set<Masked> macs = new LinkedHashSet<>();
        macs.add(Masked.exact(Field.ETH_SRC, mac));
        host.sources().stream().sorted().forEach(s -> macs.add(Masked.exact(Field.ETH_SRC, s)));
        for (InetAddress a : host.shared()) {
            macs.add(a instanceof Inet4Address ? VRRP_IPV4 : VRRP_IPV6);
        }
        List<Masked> ipv4 = new ArrayList<>();
        List<Masked> ipv6 = new ArrayList<>();
        Stream.concat(host.addresses().stream(), host.shared().stream())
                .distinct()
                .forEach(a -> {
                    if (a instanceof Inet4Address) {
                        ipv4.add(Masked.address(Field.IPV4_SRC, a));
                    } else {
                        ipv6.add(Masked.address(Field.IPV6_SRC, a));
                    }
                });
        Masked linkLocal = linkLocal(mac);
        if (!ipv6.isEmpty() && !ipv6.contains(linkLocal)) {
            ipv6.add(linkLocal);
        }
        return new Identity(List.copyOf(macs), ipv4, ipv6);
    }

    /** The link-local address that hosts make of their MAC (RFC 4291, appendix A). */
    private static Masked linkLocal(long mac) {
        long upper = (mac >>> 24 ^ 0x02_0000) << 40;
        return Masked.exact(Field.IPV6_SRC, LINK_LOCAL, upper | 0xff_fe00_0000L | mac & 0xff_ffff);
    }
}
