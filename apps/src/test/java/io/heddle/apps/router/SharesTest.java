package io.heddle.apps.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.flows.model.Service;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
    private static Service service(int backends, boolean sticky, Set<Integer> dead) {
        List<Service.Backend> all = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            all.add(new Service.Backend(InetAddresses.fromInteger(0x0a000001 + i), 80, !dead.contains(i)));
        }
        Inet4Address address = (Inet4Address) InetAddresses.forString("10.0.0.80");
        return new Service("web", 6, address, 80, all, sticky, true);
    }

    /** The backend of a client; fails if two parts claim it, or none. */
    private static Service.Backend of(Service service, long client) {
        Field field = service.sticky() ? Field.IPV4_SRC : Field.TCP_SRC;
        List<Service.Backend> found = new ArrayList<>();
        for (Shares.Part part : Shares.of(service)) {
            Masked match = part.clients().get(field).orElse(Masked.of(0, 0));
            if ((client & match.maskLo()) == match.lo()) {
                found.add(part.backend());
            }
        }
        assertEquals(1, found.size(), service.backends().size() + " backends, client " + client);
        return found.get(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 16, 64})
    void eachClientHasOneBackendAndAllHaveEqualShares(int backends) {
        for (boolean sticky : new boolean[] {false, true}) {
            Service service = service(backends, sticky, Set.of());
            Map<Service.Backend, Integer> clients = new HashMap<>();
            for (int port = 32768; port < 32768 + 1024; port++) {
                clients.merge(of(service, port), 1, Integer::sum);
            }
            assertEquals(backends, clients.size());
            int least = clients.values().stream().min(Integer::compare).orElseThrow();
            int most = clients.values().stream().max(Integer::compare).orElseThrow();
            assertTrue(most - least <= 8, clients.values().toString());
        }
    }

    /** Linux takes every second port for the connections of one client. */
    @Test
    void consecutiveConnectionsGoToDifferentBackends() {
        Service service = service(3, false, Set.of());
        for (int port = 40000; port < 40060; port += 6) {
            Set<Service.Backend> three =
                    Set.copyOf(List.of(of(service, port), of(service, port + 2), of(service, port + 4)));
            assertTrue(three.size() >= 2, "from port " + port);
        }
    }

    @Test
    void clientsOfOtherBackendsKeepThemWhenOneDies() {
        Service all = service(5, true, Set.of());
        Service four = service(5, true, Set.of(2));
        Map<Service.Backend, Integer> heirs = new HashMap<>();
        for (int client = 0; client < 256; client++) {
            Service.Backend before = of(all, client);
            Service.Backend after = of(four, client);
            if (before.equals(all.backends().get(2))) {
                heirs.merge(after, 1, Integer::sum);
                assertTrue(after.alive());
            } else {
                assertEquals(before, after);
            }
        }
        assertEquals(4, heirs.size(), "the share of the dead is divided among all");
        assertEquals(List.of(), Shares.of(service(2, false, Set.of(0, 1))));
    }

    @Test
    void aShareIsFewMatches() {
        assertEquals(1, Shares.of(service(1, false, Set.of())).size());
        assertEquals(2, Shares.of(service(2, false, Set.of())).size());
        assertEquals(64, Shares.of(service(64, false, Set.of())).size());
        assertTrue(Shares.of(service(3, false, Set.of())).size() <= 15);
    }
}
