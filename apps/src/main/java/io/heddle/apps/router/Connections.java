package io.heddle.apps.router;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Protocols;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.model.Router;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;

/** What all translated connections of a router share. */
final class Connections {
    private static final int INVALID = 400;
    private static final int KNOWN = 300;
    /** Of packets of a connection that is remembered, and of packets that may begin one. */
    static final Masked KNOWN_STATE = state(CtState.TRACKED, CtState.NEW);

    static final Masked NEW_STATE = state(CtState.TRACKED | CtState.NEW, 0);
    static final Reason NONE = Reason.drop("nat-no-connection", "router: belongs to no connection");

    private Connections() {}

    /** IPv4 packets of a router. */
    static Match at(Router router) {
        return Protocols.IPV4.with(Field.METADATA, Metadata.inRouter(router.number()));
    }

    /** Routes packets of known connections on, which are translated already, and drops those that belong to none. */
    static void known(FlowSink sink, Router router) {
        Match at = at(router);
        invalid(sink, Table.TRANSLATE, at);
        Match known = at.with(Field.CT_STATE, KNOWN_STATE);
        route(sink, Table.TRANSLATE, KNOWN, known, List.of(), translated(router));
    }

    static Reason translated(Router router) {
        return Reason.note(
                "translated-back",
                "router " + router.name() + ": of a known connection, translated like it",
                router.name());
    }

    static void invalid(FlowSink sink, Table table, Match at) {
        Match invalid = at.with(Field.CT_STATE, state(CtState.TRACKED | CtState.INVALID, 0));
        sink.add(table, INVALID, invalid, Instructions.DROP, NONE);
    }

    /** Adds entries that route a packet on: without its tag, and from no port. @param last the actions after that */
    static void route(FlowSink sink, Table table, int priority, Match match, List<Action> last, Reason reason) {
        for (boolean tagged : new boolean[] {false, true}) {
            List<Action> actions = new ArrayList<>();
            if (tagged) {
                actions.add(new Action.PopVlan());
            }
            actions.add(Departure.NO_PORT);
            actions.addAll(last);
            Instructions does = Instructions.apply(actions.toArray(Action[]::new));
            sink.add(
                    table,
                    priority,
                    match.with(Field.VLAN_VID, tagged ? VlanApp.TAGGED : VlanApp.UNTAGGED),
                    last.stream().anyMatch(Action.Ct.class::isInstance) ? does : does.then(Table.ROUTE.number()),
                    reason);
        }
    }

    static Masked state(long with, long without) {
        return Masked.of(with, with | without);
    }
}
