package io.heddle.config;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Bridge;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.model.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a host gives its own ports the addresses that the file declares, so that they survive a reboot. Open vSwitch
 * makes the devices; the host's own configuration assigns the addresses. Pure.
 *
 * <p>Source: netplan(5), interfaces(5), systemd.network(5), nmcli(1), NetworkManager.conf(5).
 */
public final class HostConfig {
    /** The program that configures the host's addresses. */
    public enum Form {
        NETPLAN,
        IFUPDOWN,
        NETWORKD,
        NMCLI
    }

    private HostConfig() {}

    /**
     * A device of the host.
     *
     * @param addresses with the lengths of their prefixes
     * @param gateways by which it reaches other networks; none if another device has the default route already
     * @param mtu bytes of the largest packet, if it is known
     * @param isMtuSet whether Heddle sets the MTU, since the file names it for the port
     * @param isTap whether it is of the userspace datapath
     */
    private record Device(
            String name,
            List<String> addresses,
            List<InetAddress> gateways,
            OptionalInt mtu,
            boolean isMtuSet,
            boolean isTap) {}

    /** The text of the configuration; only a comment if the host has no port with an address. */
    public static String of(NetworkModel model, Host host, Form form) {
        List<Device> devices = devices(model, host);
        if (devices.isEmpty()) {
            return "# " + host.name() + " has no port of type internal with an address of its own\n";
        }
        return switch (form) {
            case NETPLAN -> netplan(devices);
            case IFUPDOWN -> each(devices, HostConfig::ifupdown);
            case NETWORKD -> each(devices, HostConfig::networkd);
            case NMCLI -> each(devices, HostConfig::nmcli);
        };
    }

    private static List<Device> devices(NetworkModel model, Host host) {
        List<Device> out = new ArrayList<>();
        List<Boolean> routed = new ArrayList<>();
        for (Bridge bridge : host.bridges().values()) {
            for (Port port : bridge.ports().values()) {
                boolean own = port.type() == Port.Type.INTERNAL || port.name().equals(bridge.name());
                if (!own
                        || port.endpoint().addresses().isEmpty()
                        || port.networks().size() != 1) {
                    continue;
                }
                Network network = model.networks().get(port.networks().get(0));
                // Of two default routes, a host takes either: only the first device with a gateway gets it.
                List<InetAddress> gateways = network.gateways().stream()
                        .filter(g -> !routed.contains(g instanceof Inet4Address))
                        .filter(g -> port.endpoint().addresses().stream().noneMatch(g::equals))
                        .toList();
                gateways.forEach(g -> routed.add(g instanceof Inet4Address));
                List<String> addresses = port.endpoint().addresses().stream()
                        .map(a -> withLength(network, a))
                        .toList();
                out.add(new Device(
                        port.name(),
                        addresses,
                        gateways,
                        port.mtu().isPresent() ? port.mtu() : model.mtu(network),
                        port.mtu().isPresent(),
                        bridge.netdev()));
            }
        }
        return out;
    }

    private static String withLength(Network network, InetAddress address) {
        int length = network.subnets().stream()
                .filter(s -> s.contains(address))
                .map(Prefix::length)
                .findFirst()
                .orElse(address.getAddress().length * Byte.SIZE);
        return InetAddresses.toAddrString(address) + "/" + length;
    }

    private static String each(List<Device> devices, Function<Device, String> text) {
        return devices.stream().map(text).collect(Collectors.joining("\n"));
    }

    private static String netplan(List<Device> devices) {
        StringBuilder out = new StringBuilder(
                "# /etc/netplan/60-heddle.yaml, only for root (chmod 600), then: netplan try\nnetwork:\n  version: 2\n"
                        + "  ethernets:\n");
        for (Device d : devices) {
            out.append("    ").append(d.name).append(":\n");
            out.append("      addresses: [")
                    .append(d.addresses.stream().map(a -> '"' + a + '"').collect(Collectors.joining(", ")))
                    .append("]\n");
            d.mtu.ifPresent(m -> out.append("      mtu: ").append(m).append('\n'));
            if (!d.gateways.isEmpty()) {
                out.append("      routes:\n");
                d.gateways.forEach(g -> out.append("        - {to: \"")
                        .append(isV4(g) ? "0.0.0.0/0" : "::/0")
                        .append("\", via: \"")
                        .append(InetAddresses.toAddrString(g))
                        .append("\"}\n"));
            }
            out.append("      accept-ra: false\n");
        }
        return out.toString();
    }

    private static String ifupdown(Device d) {
        StringBuilder out = new StringBuilder("# /etc/network/interfaces.d/" + d.name + ", then: ifup " + d.name
                + ". Open vSwitch makes the device, so: allow-hotplug\nallow-hotplug " + d.name + "\n");
        for (String address : d.addresses) {
            boolean v4 = !address.contains(":");
            out.append("iface ").append(d.name).append(v4 ? " inet static\n" : " inet6 static\n");
            out.append("    address ").append(address).append('\n');
            d.gateways.stream()
                    .filter(g -> isV4(g) == v4)
                    .forEach(g -> out.append("    gateway ")
                            .append(InetAddresses.toAddrString(g))
                            .append('\n'));
            d.mtu.ifPresent(m -> out.append("    mtu ").append(m).append('\n'));
        }
        return out.toString();
    }

    private static String networkd(Device d) {
        StringBuilder out = new StringBuilder("# /etc/systemd/network/60-" + d.name
                + ".network, then: networkctl reload\n" + "[Match]\nName=" + d.name + "\n");
        d.mtu.ifPresent(m -> out.append("\n[Link]\nMTUBytes=").append(m).append('\n'));
        out.append("\n[Network]\nIPv6AcceptRA=no\n");
        d.addresses.forEach(a -> out.append("Address=").append(a).append('\n'));
        d.gateways.forEach(g ->
                out.append("Gateway=").append(InetAddresses.toAddrString(g)).append('\n'));
        return out.toString();
    }

    /**
     * NetworkManager leaves devices alone that Open vSwitch has made, unless its configuration says otherwise. Those of
     * the userspace datapath are TAP devices for it. Without its plugin for Open vSwitch, it does not know the kind of
     * those of the kernel's datapath.
     */
    private static String nmcli(Device d) {
        StringBuilder out = new StringBuilder("printf '[device-" + d.name + "]\\nmatch-device=interface-name:" + d.name
                + "\\nmanaged=1\\n' > /etc/NetworkManager/conf.d/60-" + d.name + ".conf\nnmcli general reload conf\n");
        out.append("nmcli connection add type ")
                .append(d.isTap ? "tun mode tap" : "generic")
                .append(" con-name " + d.name + " ifname " + d.name);
        for (boolean v4 : new boolean[] {true, false}) {
            String family = v4 ? " ipv4" : " ipv6";
            String addresses =
                    d.addresses.stream().filter(a -> a.contains(":") != v4).collect(Collectors.joining(","));
            out.append(family).append(".method ").append(addresses.isEmpty() ? "disabled" : "manual");
            if (!addresses.isEmpty()) {
                out.append(family).append(".addresses ").append(addresses);
            }
            d.gateways.stream()
                    .filter(g -> isV4(g) == v4)
                    .forEach(g -> out.append(family).append(".gateway ").append(InetAddresses.toAddrString(g)));
        }
        if (d.isTap) {
            d.mtu.ifPresent(m -> out.append(" 802-3-ethernet.mtu ").append(m));
        }
        out.append("\nnmcli connection up ").append(d.name).append('\n');
        if (!d.isTap && !d.isMtuSet) {
            d.mtu.ifPresent(m -> out.append("# NetworkManager sets no MTU here: port " + d.name + " needs mtu-request: "
                    + m + " in the network file\n"));
        }
        return out.toString();
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
