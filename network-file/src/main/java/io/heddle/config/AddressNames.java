package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Masked;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The names that stand for addresses in rules: those of networks, address sets and groups. Thread-safe. */
public final class AddressNames {
    /** No names. */
    static final AddressNames NONE = new AddressNames(NetworkModel.EMPTY, Map.of(), Map.of(), Set.of());

    private final NetworkModel model;
    private final Map<String, AddressSet> sets;
    private final Map<String, List<NetworkModel.At>> groups;
    private final Map<String, Optional<Named>> found = new ConcurrentHashMap<>();
    /** The names that rules use, or have used in an earlier version of the file. */
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    private final Map<List<Masked>, List<Masked>> known = new ConcurrentHashMap<>();

    private final Supplier<Map<String, List<InetAddress>>> byNetwork = Suppliers.memoize(this::byNetwork);

    /** An address set. @param node as written: the same node means the same addresses */
    record AddressSet(YamlNode node, List<Cidr> addresses) {}

    /**
     * The meaning of a name.
     *
     * @param what the thing of this name, such as {@code group web}
     * @param addresses without overlap
     * @param without the ports of a group that have no addresses
     */
    record Named(String what, List<Cidr> addresses, List<String> without) {}

    /** @param used the names that rules of an earlier version used */
    AddressNames(
            NetworkModel model,
            Map<String, AddressSet> sets,
            Map<String, List<NetworkModel.At>> groups,
            Set<String> used) {
        this.model = model;
        this.sets = sets;
        this.groups = groups;
        this.used.addAll(used);
    }

    /** The same values, in one list for all rules. */
    List<Masked> shared(List<Masked> values) {
        List<Masked> fixed = List.copyOf(values);
        return this == NONE || fixed.size() < 2 ? fixed : known.computeIfAbsent(fixed, k -> fixed);
    }

    /** The meaning of a name in a rule; empty for an unknown one. */
    Optional<Named> use(String name) {
        Optional<Named> named = find(name);
        if (named.isPresent()) {
            used.add(name);
        }
        return named;
    }

    private Optional<Named> find(String name) {
        return found.computeIfAbsent(name, this::resolve);
    }

    private Optional<Named> resolve(String name) {
        if (sets.containsKey(name)) {
            return Optional.of(new Named("address set " + name, sets.get(name).addresses(), List.of()));
        } else if (groups.containsKey(name)) {
            return Optional.of(group(name));
        }
        return Optional.ofNullable(model.networks().get(name)).map(this::network);
    }

    private Named group(String name) {
        List<Cidr> addresses = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (NetworkModel.At at : groups.get(name)) {
            List<InetAddress> declared = at.port().endpoint().addresses();
            declared.forEach(a -> addresses.add(Cidr.of(a)));
            if (declared.isEmpty()) {
                without.add(at.toString());
            }
        }
        return new Named("group " + name, Cidr.disjoint(addresses), without);
    }

    private Named network(Network network) {
        List<Cidr> addresses = new ArrayList<>();
        network.subnets().forEach(s -> addresses.add(Cidr.of(s.address(), s.length())));
        byNetwork.get().getOrDefault(network.name(), List.of()).forEach(a -> addresses.add(Cidr.of(a)));
        return new Named("network " + network.name(), Cidr.disjoint(addresses), List.of());
    }

    /** The addresses of ports by network, for ports with one network: others may have them in any of theirs. */
    private Map<String, List<InetAddress>> byNetwork() {
        Map<String, List<InetAddress>> all = new HashMap<>();
        for (NetworkModel.At at : model.ports()) {
            Port port = at.port();
            if (!port.endpoint().addresses().isEmpty() && port.networks().size() == 1) {
                all.computeIfAbsent(port.networks().get(0), n -> new ArrayList<>())
                        .addAll(port.endpoint().addresses());
            }
        }
        return all;
    }

    /** Those names in rules of an earlier version that had another meaning there. */
    Set<String> changed(AddressNames before) {
        return before.used.stream().filter(n -> !find(n).equals(before.find(n))).collect(Collectors.toSet());
    }

    Set<String> used() {
        return used;
    }

    /** All names. */
    Collection<String> all() {
        Set<String> all = new TreeSet<>(model.networks().keySet());
        all.addAll(sets.keySet());
        all.addAll(groups.keySet());
        return all;
    }

    Map<String, AddressSet> sets() {
        return sets;
    }

    /** The ports of each group. */
    Map<String, List<NetworkModel.At>> groups() {
        return groups;
    }
}
