package io.heddle.apps.acl;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.FreeNumbers;
import io.heddle.apps.RuleNumbers;
import io.heddle.apps.SwitchView;
import io.heddle.apps.Verdict;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.order.RuleOrder;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stateless access lists: rules become entries of decreasing priority, so that the first matching rule decides.
 * {@link RuleOrder} chooses the priorities. A list for the whole network also applies to switches that the network file
 * does not name.
 */
public final class AclApp implements FlowContributor {
    private static final Instructions ALLOW = Instructions.go(Table.ACL.next().number());

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public boolean readsLists() {
        return true;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        sink.add(Table.ACL, 0, Match.ALL, ALLOW, Reason.note("no-rule", "acl: no rule decides"));
        FreeNumbers lists = new FreeNumbers(0, Cookies.LISTS);
        RuleNumbers numbers = sink.numbers(view.model().acls());
        for (Acl acl : view.model().acls()) {
            if (acl.stateful()) {
                continue;
            }
            int list = lists.from(Cookies.list(acl.name()));
            List<Match> scopes = scopes(view, acl.on());
            if (!scopes.isEmpty()) {
                contribute(view, sink, acl, list, scopes, numbers.of(acl));
            }
        }
    }

    /**
     * Everything that the entries of a block of rules depend on.
     *
     * @param list the number of the list in cookies
     * @param first the number, in the list, of the block's first rule
     * @param scopes matches for where the list applies on the switch
     * @param ports OpenFlow numbers by port name, for the ports in the rules
     * @param networks network numbers by VLAN, if the rules match VLANs
     * @param slots the numbers and priorities of the rules
     * @param own the numbers of rules that need some
     */
    private record Origin(
            String name,
            int list,
            int first,
            Acl.Block block,
            List<Match> scopes,
            Map<String, List<Integer>> ports,
            Map<Integer, Integer> networks,
            Acl.Slots slots,
            RuleNumbers.Of own) {}

    private static void contribute(
            SwitchView view, FlowSink sink, Acl acl, int list, List<Match> scopes, List<RuleNumbers.Of> numbers) {
        Map<Integer, Integer> networks = networks(view);
        for (int i = 0; i < acl.blocks().size(); i++) {
            Acl.Block block = acl.blocks().get(i);
            Map<String, List<Integer>> ports = new HashMap<>();
            block.inPorts().forEach(p -> ports.put(p, numbers(view, p)));
            Origin origin = new Origin(
                    acl.name(),
                    list,
                    i * Acl.Block.SIZE + 1,
                    block,
                    scopes,
                    ports,
                    block.asksForVlans() ? networks : Map.of(),
                    acl.order().blocks().get(i),
                    numbers.get(i));
            sink.addAll(origin, part -> contribute(origin, part));
        }
        if (acl.dropRest()) {
            Reason reason = new Reason.AclDefault(acl.name());
            Verdict verdict = sink.verdict(Table.ACL, acl.order().rest(), acl.rest(), ALLOW, reason)
                    .logged(acl.options().logRest());
            scopes.forEach(m -> sink.judge(verdict, m));
        }
    }

    /**
     * Everything that the entries of one rule depend on.
     *
     * @param position the rule's place in the list, from 1
     * @param number the rule's number, which stays while the rule does
     * @param conjunction the first id of its conjunctions
     * @param meter the number of its meter
     */
    private record One(
            String name,
            int list,
            int position,
            Acl.Rule rule,
            List<Match> scopes,
            Map<Integer, Integer> networks,
            int number,
            int priority,
            int conjunction,
            int meter) {}

    /** Adds the entries of one block. */
    private static void contribute(Origin origin, FlowSink sink) {
        for (int i = 0; i < origin.block.rules().size(); i++) {
            Acl.Rule rule = origin.block.rules().get(i);
            One one = new One(
                    origin.name,
                    origin.list,
                    origin.first + i,
                    rule,
                    scopes(origin, rule),
                    origin.networks,
                    origin.slots.number(i),
                    origin.slots.priority(i),
                    origin.own.conjunction(i),
                    origin.own.meter(i));
            if (rule.isWide()) {
                sink.addAll(one, part -> contribute(one, part));
            } else {
                contribute(one, sink);
            }
        }
    }

    private static void contribute(One one, FlowSink sink) {
        Verdict verdict = sink.verdict(
                        Table.ACL,
                        one.priority,
                        one.rule.verdict(),
                        ALLOW,
                        new Reason.AclRule(one.name, one.position, one.rule.drop()),
                        one.list,
                        one.number)
                .with(one.rule, one.meter);
        for (int p = 0; p < one.rule.products().size(); p++) {
            Product product = one.rule.products().get(p);
            Product here = new Product(vlanAsNetwork(one.networks, product.base()), product.factors());
            sink.judge(verdict, one.scopes, here, one.conjunction + p);
        }
    }

    /** The numbers of the bridge's networks, by VLAN. */
    private static Map<Integer, Integer> networks(SwitchView view) {
        Map<Integer, Integer> networks = new HashMap<>();
        view.bridge()
                .ifPresent(bridge -> bridge.networks().forEach(name -> {
                    Network network = view.model().networks().get(name);
                    networks.putIfAbsent(network.vlan(), network.number());
                }));
        return networks;
    }

    private static List<Integer> numbers(SwitchView view, String port) {
        return view.bridge()
                .map(b -> b.ports().get(port))
                .map(view::numbers)
                .orElseGet(() -> view.port(port).stream().boxed().toList());
    }

    /** One match for each pair of network and port to which the list applies on this switch; empty if it does not. */
    private static List<Match> scopes(SwitchView view, Acl.Scope on) {
        if (view.place().isEmpty()) {
            return on.isAll() ? List.of(Match.ALL) : List.of();
        }
        NetworkModel.Place place = view.place().get();
        if (!on.covers(place)) {
            return List.of();
        }
        List<Match> scopes = new ArrayList<>(List.of(Match.ALL));
        if (!on.networks().isEmpty()) {
            scopes = view.model().networks().values().stream()
                    .filter(n -> on.networks().contains(n.name())
                            && place.bridge().networks().contains(n.name()))
                    .map(n -> Match.ALL.with(Field.METADATA, Metadata.inNetwork(n.number())))
                    .toList();
        }
        if (on.ports().isEmpty()) {
            return scopes;
        }
        List<Match> withPorts = new ArrayList<>();
        for (Port port : place.bridge().ports().values()) {
            if (on.covers(place, port)) {
                for (Match scope : scopes) {
                    view.numbers(port).forEach(n -> withPorts.add(scope.with(Field.IN_PORT, n)));
                }
            }
        }
        return withPorts;
    }

    /** The scopes of a list, for the ports that one of its rules names. */
    private static List<Match> scopes(Origin origin, Acl.Rule rule) {
        return rule.inPort() == null
                ? origin.scopes
                : origin.scopes.stream()
                        .flatMap(scope -> origin.ports.get(rule.inPort()).stream()
                                .flatMap(port -> scope.and(Match.ALL.with(Field.IN_PORT, port & 0xffffffffL)).stream()))
                        .toList();
    }

    /**
     * On a bridge of the network file, a rule's VLAN means the network that the frame is in, not its tag: the rule must
     * also match frames of access ports, which have no tag. A rule with a VLAN priority can match only tagged frames.
     */
    private static Match vlanAsNetwork(Map<Integer, Integer> networks, Match match) {
        return match.exact(Field.VLAN_VID)
                .filter(v -> v > Field.VLAN_PRESENT)
                .map(v -> networks.get((int) (v & 0xfff)))
                .map(n -> match.with(Field.METADATA, Metadata.inNetwork(n)))
                .map(m -> m.has(Field.VLAN_PCP) ? m.with(Field.VLAN_VID, VlanApp.TAGGED) : m.without(Field.VLAN_VID))
                .orElse(match);
    }
}
