package io.heddle.controller.dhcp;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Dhcp;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Prefix;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What the hosts of a network get besides their address. */
final class NetworkOptions {
    private static final int LONGEST_LABEL = 63;

    private NetworkOptions() {}

    /** @param mtu bytes of the largest IP packet, if anything limits it */
    static DhcpOptions of(Network network, OptionalInt mtu) {
        Dhcp dhcp = network.dhcp().orElseThrow();
        Prefix subnet = network.subnet4().orElseThrow();
        DhcpOptions out = DhcpOptions.NONE.with(DhcpOptions.SUBNET_MASK, mask(subnet.length()));
        if (network.gateway4().isPresent()) {
            out = out.with(
                    DhcpOptions.ROUTERS,
                    InetAddresses.coerceToInteger(network.gateway4().get()));
        }
        out = addresses(out, DhcpOptions.NAME_SERVERS, network.nameServers());
        out = text(out, DhcpOptions.DOMAIN_NAME, network.domain().orElse(""));
        if (mtu.isPresent()) {
            byte[] bytes = ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) Math.min(mtu.getAsInt(), 0xffff))
                    .array();
            out = out.with(DhcpOptions.MTU, bytes);
        }
        if (!dhcp.routes().isEmpty()) {
            out = out.with(DhcpOptions.ROUTES, routes(dhcp.routes(), network));
        }
        out = addresses(out, DhcpOptions.TIME_SERVERS, dhcp.ntp());
        out = text(out, DhcpOptions.BOOT_SERVER, dhcp.bootServer().orElse(""));
        out = text(out, DhcpOptions.BOOT_FILE, dhcp.bootFile().orElse(""));
        return dhcp.search().isEmpty() ? out : out.with(DhcpOptions.SEARCH, domains(dhcp.search()));
    }

    static int mask(int length) {
        return length == 0 ? 0 : -1 << Integer.SIZE - length;
    }

    private static DhcpOptions text(DhcpOptions options, int code, String text) {
        return text.isEmpty() ? options : options.with(code, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DhcpOptions addresses(DhcpOptions options, int code, List<InetAddress> addresses) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        addresses.stream().filter(Inet4Address.class::isInstance).forEach(a -> out.writeBytes(a.getAddress()));
        return out.size() == 0 ? options : options.with(code, out.toByteArray());
    }

    /**
     * Routes with as many bytes of their prefix as it needs (RFC 3442). Hosts that read this option do not look at the
     * one for routers, so the gateway is repeated as the route to everything.
     */
    private static byte[] routes(List<Dhcp.Route> declared, Network network) {
        List<Dhcp.Route> all = new ArrayList<>(declared);
        network.gateway4()
                .filter(g -> declared.stream().noneMatch(r -> r.to().length() == 0))
                .ifPresent(g -> all.add(new Dhcp.Route(Prefix.parse("0.0.0.0/0"), g)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Dhcp.Route route : all) {
            int length = route.to().length();
            out.write(length);
            out.write(route.to().canonical().address().getAddress(), 0, (length + Byte.SIZE - 1) / Byte.SIZE);
            out.writeBytes(route.via().getAddress());
        }
        return out.toByteArray();
    }

    /** Domain names as in DNS, without compression (RFC 3397, RFC 1035 §3.1). */
    static byte[] domains(List<String> names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String name : names) {
            for (String label : name.split("\\.")) {
                byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
                int length = Math.min(bytes.length, LONGEST_LABEL);
                if (length > 0) {
                    out.write(length);
                    out.write(bytes, 0, length);
                }
            }
            out.write(0);
        }
        return out.toByteArray();
    }
}
