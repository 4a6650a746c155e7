package io.heddle.apps.acl;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.SwitchView;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Access lists: rules become entries of falling priority, so that the first rule that matches decides. Rules of which
 * no frame can match two, see {@link Disjoint}, share a priority: there are fewer of those than rules in a long list. A
 * list that holds everywhere holds on switches that no file names as well.
 */
public final class AclApp implements FlowContributor {
    /** The priority above that of the first rule. */
    public static final int TOP = 60000;
    private static final Instructions ALLOW = Instructions.go(Table.LEARN.number());

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public void contribute(SwitchView view, FlowSink sink) {
        sink.add(Table.ACL, 0, Match.ALL, ALLOW, "acl: no rule decides");
        Disjoint priorities = new Disjoint(TOP);
        for (Acl acl : view.model().acls()) {
            List<Match> scopes = scopes(view, acl.on());
            int number = 0;
            for (Acl.Rule rule : acl.rules()) {
                number++;
                String reason = (rule.drop() ? "drop: " : "") + "acl " + acl.name() + " rule " + number;
                List<Match> matches = scopes.stream().flatMap(scope -> within(view, scope, rule).stream()).distinct().toList();
                add(sink, priorities, matches, rule.drop(), reason);
            }
            if (acl.dropRest()) {
                add(sink, priorities, scopes, true, "drop: acl " + acl.name() + " default");
            }
        }
    }

    private static void add(FlowSink sink, Disjoint priorities, List<Match> matches, boolean drop, String reason) {
        int priority = priorities.next(matches);
        matches.forEach(m -> sink.add(Table.ACL, priority, m, drop ? Instructions.DROP : ALLOW, reason));
    }

    /** One match for each (network, port) that a list holds for on this switch; none where it does not hold. */
    private static List<Match> scopes(SwitchView view, Acl.Scope on) {
        if (view.place().isEmpty()) {
            return on.isAll() ? List.of(Match.ALL) : List.of();
        }
        NetworkModel.Place place = view.place().get();
        String host = place.host().name();
        String bridge = place.bridge().name();
        if (!on.hosts().isEmpty() && !on.hosts().contains(host)
                || !on.bridges().isEmpty() && !on.bridges().contains(bridge)
                && !on.bridges().contains(host + "/" + bridge)) {
            return List.of();
        }
        List<Match> scopes = new ArrayList<>(List.of(Match.ALL));
        if (!on.networks().isEmpty()) {
            scopes = view.model().networks().values().stream()
                    .filter(n -> on.networks().contains(n.name()) && place.bridge().networks().contains(n.name()))
                    .map(n -> Match.ALL.with(Field.METADATA, Metadata.inNetwork(n.number())))
                    .toList();
        }
        if (on.ports().isEmpty()) {
            return scopes;
        }
        List<Match> withPorts = new ArrayList<>();
        for (Port port : place.bridge().ports().values()) {
            if (on.ports().contains(port.name()) || on.ports().contains(place + "/" + port.name())) {
                for (Match scope : scopes) {
                    view.numbers(port).forEach(n -> withPorts.add(scope.with(Field.IN_PORT, n)));
                }
            }
        }
        return withPorts;
    }

    /** A rule's match within a scope: port names become numbers and VLANs become networks; empty where it is moot. */
    private static List<Match> within(SwitchView view, Match scope, Acl.Rule rule) {
        List<Match> out = new ArrayList<>();
        for (Match match : rule.matches()) {
            Match inNetwork = vlanAsNetwork(view, match);
            for (Integer port : inPorts(view, rule)) {
                Match m = port == null ? inNetwork : inNetwork.with(Field.IN_PORT, port & 0xffffffffL);
                and(scope, m).ifPresent(out::add);
            }
        }
        return out;
    }

    private static List<Integer> inPorts(SwitchView view, Acl.Rule rule) {
        if (rule.inPort() == null) {
            List<Integer> any = new ArrayList<>();
            any.add(null);
            return any;
        }
        return view.bridge().map(b -> b.ports().get(rule.inPort())).map(view::numbers)
                .orElseGet(() -> view.port(rule.inPort()).stream().boxed().toList());
    }

    /**
     * On a bridge of the file a VLAN in a rule is the one that the frame is in: frames of an access port carry no tag,
     * and a rule must hold for them too.
     */
    private static Match vlanAsNetwork(SwitchView view, Match match) {
        Optional<Long> vid = match.exact(Field.VLAN_VID).filter(v -> v > Field.VLAN_PRESENT);
        if (view.bridge().isEmpty() || vid.isEmpty()) {
            return match;
        }
        for (String name : view.bridge().get().networks()) {
            Network network = view.model().networks().get(name);
            if (network.vlan() == (vid.get() & 0xfff)) {
                return match.without(Field.VLAN_VID).with(Field.METADATA, Metadata.inNetwork(network.number()));
            }
        }
        return match;
    }

    /** Both at once, or empty where they contradict each other. */
    private static Optional<Match> and(Match a, Match b) {
        Match both = b;
        for (var e : a.fields().entrySet()) {
            if (b.has(e.getKey()) && !b.get(e.getKey()).get().equals(e.getValue())) {
                return Optional.empty();
            }
            both = both.with(e.getKey(), e.getValue());
        }
        return Optional.of(both);
    }
}
