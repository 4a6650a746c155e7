package io.heddle.config;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Guard;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses what a stateful list cannot keep. */
final class StatefulCheck {
    /** What a connection is known by. */
    private static final Set<Field> KNOWN = EnumSet.of(
            Field.ETH_TYPE,
            Field.IP_PROTO,
            Field.IPV4_SRC,
            Field.IPV4_DST,
            Field.IPV6_SRC,
            Field.IPV6_DST,
            Field.TCP_SRC,
            Field.TCP_DST,
            Field.UDP_SRC,
            Field.UDP_DST,
            Field.SCTP_SRC,
            Field.SCTP_DST,
            Field.ICMP_TYPE,
            Field.ICMP_CODE,
            Field.ICMPV6_TYPE,
            Field.ICMPV6_CODE);

    private static final Set<Long> IP = Set.of(0x0800L, 0x86ddL);

    private final NetworkModel model;
    private final Yaml list;
    private final Acl acl;
    private final List<Problem> problems;

    StatefulCheck(NetworkModel model, Yaml list, Acl acl, List<Problem> problems) {
        this.model = model;
        this.list = list;
        this.acl = acl;
        this.problems = problems;
    }

    void run() {
        rules();
        boolean none = true;
        for (NetworkModel.Place place : model.places()) {
            List<Port> judged = new ArrayList<>();
            for (Port port : place.bridge().ports().values()) {
                none &= acl.networks(place, port).isEmpty();
                if (port(place, port)) {
                    judged.add(port);
                }
            }
            twins(place, judged);
        }
        if (none) {
            problems.add(list.problem("is stateful, but holds for no port of this file: name ports or networks in on"));
        }
    }

    private void rules() {
        List<Acl.Rule> rules = acl.rules();
        for (int i = 0; i < rules.size(); i++) {
            Acl.Rule rule = rules.get(i);
            String wrong = rule.inPort() != null
                    ? "in_port"
                    : rule.products().stream()
                            .map(StatefulCheck::unknown)
                            .filter(f -> f != null)
                            .findFirst()
                            .orElse(null);
            if (wrong != null) {
                problems.add(list.get("rules")
                        .get()
                        .item(i)
                        .problem(
                                "matches " + wrong + ", which connections do not have: a stateful list may match the IP"
                                        + " version, protocol, addresses, ports, and the type and code of ICMP"));
            }
        }
    }

    /** What frames are asked for that no connection has; null if there is nothing. */
    private static String unknown(Product product) {
        for (Field f : product.fields()) {
            if (!KNOWN.contains(f)) {
                return f.text();
            }
        }
        return product.base().exact(Field.ETH_TYPE).filter(t -> !IP.contains(t)).isPresent()
                ? "frames other than IP"
                : null;
    }

    /** @return whether the list judges the port, and can */
    private boolean port(NetworkModel.Place place, Port port) {
        String name = new NetworkModel.At(place, port).toString();
        boolean named = acl.on().covers(place) && acl.on().ports().contains(port.name())
                || acl.on().ports().contains(name);
        if (named && port.uplink()) {
            refuse(name + " is an uplink: a stateful list judges ports with known hosts behind them");
        } else if (acl.networks(place, port).isEmpty()) {
            if (named && port.networks().isEmpty()) {
                refuse(name + " is in no network: give it access or trunk");
            }
        } else if (port.vlans() instanceof Port.Dot1qTunnel) {
            refuse(name + " carries frames with a second tag, whose connections Open vSwitch does not see");
        } else if (port.endpoint().mac().isEmpty() && port.endpoint().sources().isEmpty()) {
            refuse(name + " has no mac: Heddle must know which frames go to it");
        } else if (!port.endpoint().guards().contains(Guard.ADDRESSES)
                && port.endpoint().sources().isEmpty()) {
            refuse(name + " admits any source MAC, and frames to others than its mac would pass unjudged: declare its"
                    + " address, which guards the port, or list its MACs in source");
        } else if (!port.endpoint().shared().isEmpty()) {
            refuse(name + " has shared-addresses: frames to a shared MAC may go to another port");
        } else {
            return true;
        }
        return false;
    }

    /** Refuses those of some ports with whose MAC the bridge has another port, in one of the same networks. */
    private void twins(NetworkModel.Place place, List<Port> judged) {
        if (judged.isEmpty()) {
            return;
        }
        Map<Long, List<Port>> owners = new HashMap<>();
        for (Port port : place.bridge().ports().values()) {
            macs(port)
                    .forEach(mac ->
                            owners.computeIfAbsent(mac, m -> new ArrayList<>(1)).add(port));
        }
        for (Port port : judged) {
            macs(port).stream()
                    .flatMap(mac -> owners.get(mac).stream())
                    .filter(p -> p != port && !Collections.disjoint(p.networks(), port.networks()))
                    .findFirst()
                    .ifPresent(twin -> refuse(new NetworkModel.At(place, port) + " has a MAC that port " + twin.name()
                            + " has too: which of the two do frames go to?"));
        }
    }

    private static Set<Long> macs(Port port) {
        Set<Long> macs = new HashSet<>(port.endpoint().sources());
        port.endpoint().mac().ifPresent(macs::add);
        return macs;
    }

    private void refuse(String why) {
        problems.add(list.problem("is stateful, and " + why));
    }
}
