package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.net.InetAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import java.util.Map;
import java.util.Optional;

/** Clients of a server with one clock. */
final class Clients {
    static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: 10.0.0.0/24
                gateway: 10.0.0.1
                mtu: 1450
                dhcp:
                  range: [10.0.0.10-13, 10.0.0.20-21]
                  lease: 1h
                  dns: [10.0.0.1, 10.0.0.11]
                  ntp: [10.0.0.3]
                  domain: red.example
                  search: [red.example, example]
                  routes: [{to: 10.99.8.0/21, via: 10.0.0.254}]
                  boot-server: 10.0.0.9
                  boot-file: pxelinux.0
              blue: {vlan: 300, subnet: 10.0.0.0/24, dhcp: {range: 10.0.0.10-13, lease: 60s}}
              big: {vlan: 400, subnet: 10.0.0.0/16, dhcp: {range: 10.0.1.1-10.0.9.254}}
            hosts:
              hv1:
                ovsdb: "tcp:127.0.0.1:9"
                bridges:
                  br0:
                    ports:
                      any: {access: red}
                      other: {access: red}
                      fixed: {access: red, mac: "02:00:00:00:00:77", address: [10.0.0.12/24]}
                      mac: {access: red, mac: "02:00:00:00:00:88"}
                      place: {access: red, address: [10.0.0.50/24]}
                      b: {access: blue}
            """;
    static final String ANY = "hv1/br0/any";

    private final Map<String, AddressPlan> plans;
    final NetworkLeases leases = new NetworkLeases();
    final AddressPlan plan;
    long now = 1_000_000;
    Responder.Answer last;

    Clients(String network) {
        this(FILE, network);
    }

    Clients(String file, String network) {
        try {
            plans = AddressPlan.all(NetworkFile.read(Map.of("n.yaml", file)).model());
        } catch (InvalidNetworkException e) {
            throw new IllegalStateException(e);
        }
        plan = plans.get(network);
    }

    /** A message of a client. @param hardware the last byte of its MAC */
    static DhcpMessage message(int type, int hardware, int ciaddr, DhcpOptions options) {
        return new DhcpMessage(
                false,
                hardware,
                0,
                0,
                ciaddr,
                0,
                0,
                0,
                0x0200_0000_0000L + hardware,
                "",
                options.with(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type}));
    }

    /** Sends, and keeps the changes. */
    Optional<DhcpMessage> send(String port, DhcpMessage message) {
        last = new Responder(plan, leases, now).answer(new Responder.Request(message, port));
        last.change().ifPresent(leases::put);
        return last.reply();
    }

    /** The address that a client is offered, "" for none. */
    String discover(String port, int hardware) {
        return discover(port, hardware, DhcpOptions.NONE);
    }

    String discover(String port, int hardware, DhcpOptions options) {
        return send(port, message(DhcpMessage.DISCOVER, hardware, 0, options))
                .map(m -> {
                    assertEquals(DhcpMessage.OFFER, m.type());
                    return Responder.text(m.yiaddr());
                })
                .orElse("");
    }

    /** Accepts an offer of Heddle's. */
    String request(String port, int hardware, String address) {
        return answer(send(
                port,
                message(
                        DhcpMessage.REQUEST,
                        hardware,
                        0,
                        DhcpOptions.NONE
                                .with(DhcpOptions.REQUESTED_ADDRESS, number(address))
                                .with(DhcpOptions.SERVER_IDENTIFIER, plan.server()))));
    }

    /** After a restart of the client. */
    String reboot(String port, int hardware, String address) {
        DhcpOptions wanted = DhcpOptions.NONE.with(DhcpOptions.REQUESTED_ADDRESS, number(address));
        return answer(send(port, message(DhcpMessage.REQUEST, hardware, 0, wanted)));
    }

    /** Renews or rebinds. */
    String renew(String port, int hardware, String address) {
        return answer(send(port, message(DhcpMessage.REQUEST, hardware, number(address), DhcpOptions.NONE)));
    }

    /** Gets an address from the beginning. */
    String join(String port, int hardware) {
        String address = discover(port, hardware);
        return address.isEmpty() ? "" : request(port, hardware, address);
    }

    private static String answer(Optional<DhcpMessage> m) {
        return m.map(a -> a.type() == DhcpMessage.NAK ? "NAK" : Responder.text(a.yiaddr()))
                .orElse("");
    }

    static int number(String address) {
        return InetAddresses.coerceToInteger(InetAddresses.forString(address));
    }
}
