package io.heddle.controller.plan;

import io.heddle.check.Finding;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Product;
import io.heddle.ovsdb.Datapaths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds bridges whose datapath says that it cannot do what stateful lists need. The switch would refuse all entries of
 * such a bridge. Where a host says nothing about its datapaths, there are no findings. Pure. Source: the column
 * capabilities of the table Datapath in ovs-vswitchd.conf.db(5).
 */
final class DatapathCheck {
    private static final List<String> ALWAYS = List.of("recirc", "ct_state", "ct_zone", "ct_mark");
    private static final long IPV4 = 0x0800;
    private static final long IPV6 = 0x86dd;

    private DatapathCheck() {}

    /** The hosts with ports for which stateful lists hold. */
    static Set<String> hosts(NetworkModel model) {
        List<Acl> lists = model.acls().stream().filter(Acl::stateful).toList();
        return lists.isEmpty()
                ? Set.of()
                : model.places().stream()
                        .filter(p -> lists.stream().anyMatch(acl -> judges(acl, p)))
                        .map(p -> p.host().name())
                        .collect(Collectors.toSet());
    }

    /**
     * The errors.
     *
     * @param datapaths by host, as far as hosts have answered
     */
    static List<Finding> findings(NetworkModel model, Map<String, Datapaths> datapaths) {
        List<Finding> findings = new ArrayList<>();
        // A list may have many thousand rules, and hold on many bridges.
        Map<String, Set<String>> needs = new HashMap<>();
        for (NetworkModel.Place place : model.places()) {
            Datapaths host = datapaths.get(place.host().name());
            if (host == null) {
                continue;
            }
            for (Acl acl : model.acls()) {
                List<String> missing = judges(acl, place)
                        ? needs.computeIfAbsent(acl.name(), name -> needs(acl)).stream()
                                .filter(c -> host.lacks(place.bridge().netdev(), c))
                                .toList()
                        : List.of();
                if (judges(acl, place)
                        && acl.options().connectionLimit() != Acl.Options.UNLIMITED
                        && !host.limitsZones()) {
                    findings.add(new Finding(
                            Finding.Severity.ERROR,
                            "datapath",
                            "acl " + acl.name(),
                            place + ": connection-limit of stateful list " + acl.name()
                                    + " needs Open vSwitch 3.3 or later, and the host has "
                                    + (host.version().isEmpty() ? "an earlier one" : host.version())));
                }
                if (!missing.isEmpty()) {
                    findings.add(new Finding(
                            Finding.Severity.ERROR,
                            "datapath",
                            "acl " + acl.name(),
                            place + ": its datapath has no " + String.join(", ", missing) + "; stateful list "
                                    + acl.name() + (missing.size() == 1 ? " needs it" : " needs them")));
                }
            }
        }
        return findings;
    }

    private static boolean judges(Acl acl, NetworkModel.Place place) {
        return acl.stateful()
                && place.bridge().ports().values().stream()
                        .anyMatch(port -> !acl.networks(place, port).isEmpty());
    }

    private static Set<String> needs(Acl acl) {
        Set<String> needs = new TreeSet<>(ALWAYS);
        for (Acl.Rule rule : acl.rules()) {
            for (Product p : rule.products()) {
                Optional<Long> version = p.base().exact(Field.ETH_TYPE);
                boolean tuple = p.fields().stream().anyMatch(f -> f != Field.ETH_TYPE);
                if (tuple && !Objects.equals(version.orElse(IPV4), IPV6)) {
                    needs.add("ct_orig_tuple");
                }
                if (tuple && !Objects.equals(version.orElse(IPV6), IPV4)) {
                    needs.add("ct_orig_tuple6");
                }
            }
        }
        return needs;
    }
}
