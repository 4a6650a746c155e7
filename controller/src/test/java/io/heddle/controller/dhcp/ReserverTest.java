package io.heddle.controller.dhcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReserverTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red:
                vlan: 200
                subnet: [10.0.0.0/28, "fd00::/64"]
                gateway: 10.0.0.1
                dhcp: {range: 10.0.0.4-9}
            hosts:
              hv1:
                ovsdb: "tcp:127.0.0.1:9"
                bridges:
                  br0:
                    ports:
                      any: {access: red}
                      two: {access: red, mac: "02:00:00:00:00:02", address: [10.0.0.2/28, "fd00::1/64"]}
            """;

    private final NetworkModel model;
    private final NetworkLeases leases = new NetworkLeases();
    private long now = 1_000_000;

    ReserverTest() throws InvalidNetworkException {
        model = NetworkFile.read(Map.of("n.yaml", FILE)).model();
    }

    private String reserve(String client, String port, boolean v4, String wanted, boolean must)
            throws Reserver.Refused {
        Optional<InetAddress> address =
                wanted.isEmpty() ? Optional.empty() : Optional.of(InetAddresses.forString(wanted));
        Lease lease = new Reserver(model, model.networks().get("red"), leases, now)
                .reserve(new Reserver.Wish(client, 0, port, client, v4, address, must));
        leases.put(lease);
        return InetAddresses.toAddrString(lease.address());
    }

    private String reserve(String name) throws Reserver.Refused {
        return reserve("name:" + name, "", true, "", false);
    }

    private String refused(String name, String wanted) {
        return assertThrows(Reserver.Refused.class, () -> reserve("name:" + name, "", true, wanted, !wanted.isEmpty()))
                .getMessage();
    }

    @Test
    void givesTheNextAddressThatNobodyHasOutsideTheRangesFirst() throws Reserver.Refused {
        assertEquals("10.0.0.3", reserve("a"), ".1 is the gateway's, .2 a port's");
        assertEquals("10.0.0.10", reserve("b"), "behind the range");
        assertEquals("10.0.0.3", reserve("a"), "the same again");
        for (int i = 11; i <= 14; i++) {
            assertEquals("10.0.0." + i, reserve("c" + i));
        }
        assertEquals("10.0.0.9", reserve("d"), "from the end of the range");
        assertEquals("fd00::2", reserve("name:a", "", false, "", false));
    }

    @Test
    void dhcpLeavesReservedAddressesAlone() throws Reserver.Refused {
        AddressPlan plan = AddressPlan.all(model).get("red");
        assertEquals("10.0.0.4", reserve("name:a", "", true, "10.0.0.4", true));
        assertEquals(Optional.of(InetAddresses.forString("10.0.0.5")), leases.next(plan, "hv1/br0/any", now));
        assertEquals(1, leases.used(plan, now));
        reserve(Lease.forMac(7), "", true, "10.0.0.5", true);
        assertEquals(
                Clients.number("10.0.0.5"), plan.fixed("hv1/br0/any", 7, leases).orElseThrow());
        assertTrue(plan.fixed("hv1/br0/any", 8, leases).isEmpty());
    }

    @Test
    void saysWhoHasAnAddress() throws Reserver.Refused {
        reserve("a");
        assertEquals("10.0.0.3 is already reserved for a", refused("b", "10.0.0.3"));
        assertEquals("10.0.0.2 is already of port hv1/br0/two", refused("b", "10.0.0.2"));
        assertEquals("10.0.0.15 is no address of a host in 10.0.0.0/28", refused("b", "10.0.0.15"));
        assertEquals("name:a already has 10.0.0.3 of network red: free that first", refused("a", "10.0.0.11"));
        leases.put(new Lease(
                "red", InetAddresses.forString("10.0.0.4"), "01", 7, "hv1/br0/any", "", Lease.State.BOUND, now + 9));
        assertEquals("10.0.0.4 is already leased to 00:00:00:00:00:07", refused("b", "10.0.0.4"));
    }

    @Test
    void takesWhatNobodyNeedsAnyMoreOnlyWhenNothingElseIsLeft() throws Reserver.Refused {
        String freed = reserve("first");
        leases.put(
                leases.reservedAt(InetAddresses.forString(freed)).orElseThrow().as(Lease.State.RELEASED, now));
        reserve("port:hv1/br0/gone", "hv1/br0/gone", true, "", false);
        reserve("port:hv1/br0/any", "hv1/br0/any", true, "", false);
        for (int i = 0; i < 8; i++) {
            reserve("n" + i);
        }
        assertEquals("10.0.0.4", reserve("last unused"));
        assertEquals(freed, reserve("again"));
        assertEquals("10.0.0.10", reserve("of the port that is gone"));
        assertTrue(refused("none left", "").contains("no address of 10.0.0.0/28 in network red is free"));
    }

    /** A file with thousands of new ports is chosen for while all guests wait. */
    @Test
    void choosesForManyPortsQuickly() throws Exception {
        String big = FILE.replace("10.0.0.0/28", "10.0.0.0/16").replace("10.0.0.4-9", "10.0.100.0-10.0.199.255");
        NetworkModel many = NetworkFile.read(Map.of("n.yaml", big)).model();
        Reserver reserver = new Reserver(many, many.networks().get("red"), leases, now);
        Set<InetAddress> all = new HashSet<>();
        assertTimeout(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 65_000; i++) {
                all.add(reserver.reserve(new Reserver.Wish("name:" + i, 0, "", "", true, Optional.empty(), false))
                        .address());
            }
        });
        assertEquals(65_000, all.size(), "all different");
    }

    /** The addresses of one IP version leave those of the other alone. */
    @Test
    void rangesOfIpv6DoNotUseUpThoseOfIpv4() throws Exception {
        for (int i = 0; i < NetworkLeases.MOST; i++) {
            InetAddress v6 = InetAddresses.forString("fd00::1:" + Integer.toHexString(i));
            leases.put(new Lease("red", v6, "c" + i, 7, "hv1/br0/p" + i % 2000, "", Lease.State.RELEASED, now - 9));
        }
        assertEquals("10.0.0.3", reserve("a"));
        AddressPlan plan = AddressPlan.all(model).get("red");
        assertEquals(Optional.of(InetAddresses.forString("10.0.0.4")), leases.next(plan, "hv1/br0/any", now));
    }

    @Test
    void aPortKeepsTheAddressThatItHas() throws Reserver.Refused {
        assertEquals("10.0.0.2", reserve("mac:02", "hv1/br0/two", true, "10.0.0.2", false));
        assertEquals("10.0.0.3", reserve("mac:03", "hv1/br0/any", true, "10.0.0.2", false), "another's");
    }
}
