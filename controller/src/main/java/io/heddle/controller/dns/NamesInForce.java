package io.heddle.controller.dns;

import io.heddle.controller.dhcp.Lease;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The names of the network in force and of its leases. Collects those of leases again when they are too old. The more
 * leases there are, the longer it waits, so that this takes a small share of the time. Confined to one thread.
 */
final class NamesInForce {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** The least pause, as a multiple of the time that the last round took. */
    private static final int IDLE_FACTOR = 10;

    private final Supplier<List<Lease>> leases;
    private NetworkModel model = NetworkModel.EMPTY;
    private Map<String, Realm> realms = Map.of();
    private Map<Realm, DeclaredNames> declared = Map.of();
    /** By the names of networks, which outlive a model. */
    private Map<String, LeasedNames> leased = Map.of();

    private long collectAgain;

    NamesInForce(Supplier<List<Lease>> leases) {
        this.leases = leases;
    }

    /** The name server of a network; empty for a network without one. */
    Optional<NameServer> of(NetworkModel now, Network network) {
        if (now != model) {
            model = now;
            realms = Realm.all(now);
            declared = DeclaredNames.all(now, realms);
            collect();
        } else if (System.nanoTime() - collectAgain >= 0) {
            collect();
        }
        return Optional.ofNullable(realms.get(network.name()))
                .map(r -> new NameServer(declared.get(r), leased.get(network.name()), seconds()));
    }

    private void collect() {
        long begun = System.nanoTime();
        List<Lease> all = leases.get();
        Map<String, LeasedNames> collected = new HashMap<>();
        declared.forEach((realm, names) -> {
            LeasedNames before = leased.getOrDefault(realm.networks().get(0).name(), LeasedNames.NONE);
            LeasedNames now = LeasedNames.of(names, all, before, seconds());
            realm.networks().forEach(n -> collected.put(n.name(), now));
        });
        leased = collected;
        long end = System.nanoTime();
        collectAgain = end + Math.max(FRESH_NANOS, IDLE_FACTOR * (end - begun));
    }

    private static long seconds() {
        return System.currentTimeMillis() / 1000;
    }
}
