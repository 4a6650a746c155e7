package io.heddle.controller.leases;

import com.google.common.net.InetAddresses;
import io.heddle.config.AutoAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.dhcp.Reserver;
import io.heddle.flows.model.Endpoint;
import io.heddle.flows.model.NamedAddresses;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Prefix;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that are reserved for names, MACs and ports, stored with the leases. Any thread. Methods return when
 * their changes are on disk.
 */
public final class Reservations {
    private final DhcpService dhcp;

    public Reservations(DhcpService dhcp) {
        this.dhcp = dhcp;
    }

    /**
     * Reserves an address, or returns the reservation that the client already has.
     *
     * @throws Reserver.Refused if there is no address
     * @throws IOException if the reservation cannot be stored
     */
    public Lease reserve(NetworkModel model, Network network, Reserver.Wish wish)
            throws Reserver.Refused, IOException, InterruptedException {
        List<Lease> given = new ArrayList<>();
        List<Reserver.Refused> refused = new ArrayList<>();
        Map<InetAddress, NamedAddresses.Use> named = NamedAddresses.of(model, network);
        dhcp.change(leases -> {
            try {
                Reserver reserver = new Reserver(model, network, named, leases.of(network.name()), now());
                given.add(put(leases, reserver.reserve(wish)));
            } catch (Reserver.Refused e) {
                refused.add(e);
            }
        });
        if (!refused.isEmpty()) {
            throw refused.get(0);
        }
        return given.get(0);
    }

    private static Lease put(Leases leases, Lease lease) {
        if (!leases.of(lease.network()).before(lease).equals(Optional.of(lease))) {
            leases.put(lease);
        }
        return lease;
    }

    /** Frees a reserved address. @return the reservation, empty if there was none */
    public Optional<Lease> free(String network, InetAddress address) throws IOException, InterruptedException {
        List<Lease> freed = new ArrayList<>();
        dhcp.change(leases -> leases.known(network)
                .flatMap(of -> of.reservedAt(address))
                .filter(l -> l.state() == Lease.State.RESERVED)
                .ifPresent(l -> {
                    leases.put(l.as(Lease.State.RELEASED, now()));
                    freed.add(l);
                }));
        return freed.stream().findFirst();
    }

    /**
     * Chooses addresses for the ports with {@code address: auto}.
     *
     * @param model the network that the files declare, without these addresses
     * @param inForce the network in force: a port that has an address there keeps it
     * @param keep whether to reserve the chosen addresses; otherwise nothing is stored
     * @return the files with the addresses
     * @throws InvalidNetworkException if there is no address for a port
     */
    public Map<String, String> fill(Map<String, String> files, NetworkModel model, NetworkModel inForce, boolean keep)
            throws InvalidNetworkException, IOException, InterruptedException {
        List<AutoAddresses.Wanted> wanted = AutoAddresses.in(files).stream()
                .filter(w -> model.networks().containsKey(w.network()))
                .toList();
        if (wanted.isEmpty()) {
            return files;
        }
        Map<AutoAddresses.Wanted, List<String>> chosen = new LinkedHashMap<>();
        List<InvalidNetworkException> refused = new ArrayList<>();
        // Reads every port: not on the thread that all guests wait for.
        Map<String, Map<InetAddress, NamedAddresses.Use>> named = NamedAddresses.all(model);
        dhcp.change(leases -> {
            try {
                List<Lease> made = new Choice(model, inForce, named, leases).choose(wanted, chosen);
                if (keep) {
                    made.forEach(l -> put(leases, l));
                }
            } catch (InvalidNetworkException e) {
                refused.add(e);
            }
        });
        if (!refused.isEmpty()) {
            throw refused.get(0);
        }
        return AutoAddresses.fill(files, chosen);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    /** One choice for many ports, on the service's thread. */
    private static final class Choice {
        private final NetworkModel model;
        private final Map<String, Map<InetAddress, NamedAddresses.Use>> named;
        private final Leases leases;
        private final Map<String, Endpoint> before = new HashMap<>();
        private final Map<String, Reserver> reservers = new HashMap<>();

        Choice(
                NetworkModel model,
                NetworkModel inForce,
                Map<String, Map<InetAddress, NamedAddresses.Use>> named,
                Leases leases) {
            this.model = model;
            this.named = named;
            this.leases = leases;
            inForce.ports().forEach(at -> before.put(at.toString(), at.port().endpoint()));
        }

        List<Lease> choose(List<AutoAddresses.Wanted> wanted, Map<AutoAddresses.Wanted, List<String>> chosen)
                throws InvalidNetworkException {
            // First those who have reservations: nobody else may get these.
            for (AutoAddresses.Wanted w : wanted) {
                for (Prefix subnet : network(w).subnets()) {
                    reserver(w).known(wish(w, subnet));
                }
            }
            List<Lease> made = new ArrayList<>();
            for (AutoAddresses.Wanted w : wanted) {
                List<String> addresses = new ArrayList<>();
                for (Prefix subnet : network(w).subnets()) {
                    try {
                        Lease lease = reserver(w).reserve(wish(w, subnet));
                        made.add(lease);
                        addresses.add(InetAddresses.toAddrString(lease.address()) + "/" + subnet.length());
                    } catch (Reserver.Refused e) {
                        throw w.refuse(e.getMessage());
                    }
                }
                chosen.put(w, addresses);
            }
            return made;
        }

        private Network network(AutoAddresses.Wanted w) {
            return model.networks().get(w.network());
        }

        private Reserver reserver(AutoAddresses.Wanted w) {
            return reservers.computeIfAbsent(
                    w.network(), n -> new Reserver(model, network(w), named.get(n), leases.of(n), Reservations.now()));
        }

        private Reserver.Wish wish(AutoAddresses.Wanted w, Prefix subnet) {
            long mac = w.mac().map(m -> Long.parseLong(m.replace(":", ""), 16)).orElse(0L);
            Optional<InetAddress> former = before.getOrDefault(w.port(), Endpoint.UNKNOWN).addresses().stream()
                    .filter(a -> a instanceof Inet4Address == subnet.isV4())
                    .findFirst();
            String client = mac == 0 ? Lease.FOR_PORT + w.port() : Lease.forMac(mac);
            return new Reserver.Wish(client, mac, w.port(), w.port(), subnet.isV4(), former, false);
        }
    }
}
