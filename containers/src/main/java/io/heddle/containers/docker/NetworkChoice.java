package io.heddle.containers.docker;

import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.NetworkFacts;
import io.heddle.containers.ports.Refusal;
import io.heddle.containers.ports.Subnets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds which network of the network file is meant: Docker tells its drivers subnets and options, but no names. */
final class NetworkChoice {
    private final HostPorts ports;

    NetworkChoice(HostPorts ports) {
        this.ports = ports;
    }

    /**
     * Finds it.
     *
     * @param name the name that an option gives; "" for none
     * @param subnets the subnets that it must have
     * @param option the option that gives a name, for errors
     */
    NetworkFacts choose(String name, List<String> subnets, String option) throws Refusal {
        if (!name.isEmpty()) {
            NetworkFacts network = ports.network(name);
            if (!has(network, subnets)) {
                throw new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "network " + name + " has no subnet " + String.join(" and ", subnets) + ": expected "
                                + (network.subnets().isEmpty()
                                        ? "none, since it has none in the network file"
                                        : String.join(" or ", network.subnets())));
            }
            return network;
        } else if (subnets.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "which network of Heddle's? Give one of its subnets (--subnet 10.0.200.0/24), or its name ("
                            + option + " network=red)");
        }
        List<NetworkFacts> found = new ArrayList<>();
        Map<String, NetworkFacts> all = ports.networks();
        all.values().stream().filter(n -> has(n, subnets)).forEach(found::add);
        if (found.size() == 1) {
            return found.get(0);
        }
        List<String> expected = new ArrayList<>();
        (found.isEmpty() ? all.values() : found)
                .forEach(n -> expected.add(n.name() + " (" + String.join(", ", n.subnets()) + ")"));
        throw new Refusal(
                Refusal.Kind.CONFIGURATION,
                (found.isEmpty() ? "no network" : "more than one network") + " of the network file has the subnet "
                        + String.join(" and ", subnets) + ": choose one by " + option + " network=NAME of "
                        + String.join(", ", expected));
    }

    private static boolean has(NetworkFacts network, List<String> subnets) {
        return subnets.stream().allMatch(s -> network.subnets().stream().anyMatch(n -> Subnets.isSame(n, s)));
    }
}
