package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.model.NetworkModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostConfigTest {
    private static final String FILE = """
            heddle: v1
            networks:
              lan: {vlan: 10, subnet: [10.0.10.0/24, "fd00:10::/64"], gateway: [10.0.10.254, "fd00:10::fe"], mtu: 1400}
              mgmt: {vlan: 20, subnet: 10.0.20.0/24, gateway: 10.0.20.254}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges:
                  br0:
                    ports:
                      host0: {type: internal, access: lan, address: [10.0.10.1/24, "fd00:10::1/64"]}
                      mgmt0: {type: internal, access: mgmt, address: [10.0.20.1/24]}
                      vm1: {access: lan, address: [10.0.10.7/24]}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                bridges: {br0: {ports: {vm2: {access: lan}}}}
            """;

    private static String of(String host, HostConfig.Form form) throws InvalidNetworkException {
        return of(FILE, host, form);
    }

    private static String of(String file, String host, HostConfig.Form form) throws InvalidNetworkException {
        NetworkModel model = NetworkFile.parse(Map.of("n.yaml", file));
        return HostConfig.of(model, model.hosts().get(host), form);
    }

    /** Only one device has a default route of each version. */
    @Test
    void writesWhatEachProgramReads() throws InvalidNetworkException {
        assertEquals("""
                # /etc/netplan/60-heddle.yaml, only for root (chmod 600), then: netplan try
                network:
                  version: 2
                  ethernets:
                    host0:
                      addresses: ["10.0.10.1/24", "fd00:10::1/64"]
                      mtu: 1400
                      routes:
                        - {to: "0.0.0.0/0", via: "10.0.10.254"}
                        - {to: "::/0", via: "fd00:10::fe"}
                      accept-ra: false
                    mgmt0:
                      addresses: ["10.0.20.1/24"]
                      accept-ra: false
                """, of("hv1", HostConfig.Form.NETPLAN));
        assertEquals("""
                # /etc/network/interfaces.d/host0, then: ifup host0. Open vSwitch makes the device, so: allow-hotplug
                allow-hotplug host0
                iface host0 inet static
                    address 10.0.10.1/24
                    gateway 10.0.10.254
                    mtu 1400
                iface host0 inet6 static
                    address fd00:10::1/64
                    gateway fd00:10::fe
                    mtu 1400

                # /etc/network/interfaces.d/mgmt0, then: ifup mgmt0. Open vSwitch makes the device, so: allow-hotplug
                allow-hotplug mgmt0
                iface mgmt0 inet static
                    address 10.0.20.1/24
                """, of("hv1", HostConfig.Form.IFUPDOWN));
        assertEquals("""
                # /etc/systemd/network/60-host0.network, then: networkctl reload
                [Match]
                Name=host0

                [Link]
                MTUBytes=1400

                [Network]
                IPv6AcceptRA=no
                Address=10.0.10.1/24
                Address=fd00:10::1/64
                Gateway=10.0.10.254
                Gateway=fd00:10::fe

                # /etc/systemd/network/60-mgmt0.network, then: networkctl reload
                [Match]
                Name=mgmt0

                [Network]
                IPv6AcceptRA=no
                Address=10.0.20.1/24
                """, of("hv1", HostConfig.Form.NETWORKD));
        String nmcli = of("hv1", HostConfig.Form.NMCLI);
        String connection = " con-name host0 ifname host0 ipv4.method manual"
                + " ipv4.addresses 10.0.10.1/24 ipv4.gateway 10.0.10.254 ipv6.method manual"
                + " ipv6.addresses fd00:10::1/64 ipv6.gateway fd00:10::fe";
        assertTrue(nmcli.startsWith("""
                printf '[device-host0]\\nmatch-device=interface-name:host0\\nmanaged=1\\n'\
                 > /etc/NetworkManager/conf.d/60-host0.conf
                nmcli general reload conf
                nmcli connection add type generic%s
                nmcli connection up host0
                # NetworkManager sets no MTU here: port host0 needs mtu-request: 1400 in the network file
                """.formatted(connection)), nmcli);
        String own = of(
                FILE.replace("access: lan, address: [10.0.10.1", "access: lan, mtu-request: 1300, address: [10.0.10.1"),
                "hv1",
                HostConfig.Form.NMCLI);
        assertFalse(own.contains("sets no MTU"), own);
        String tap = of(FILE.replace("br0:\n", "br0:\n        datapath: netdev\n"), "hv1", HostConfig.Form.NMCLI);
        assertTrue(
                tap.contains("\nnmcli connection add type tun mode tap" + connection + " 802-3-ethernet.mtu 1400\n"),
                tap);
        assertEquals(
                "# hv2 has no port of type internal with an address of its own\n", of("hv2", HostConfig.Form.NETPLAN));
    }
}
