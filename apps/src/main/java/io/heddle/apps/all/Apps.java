package io.heddle.apps.all;

import io.heddle.apps.FlowContributor;
import io.heddle.apps.FlowSink;
import io.heddle.apps.ProgramCache;
import io.heddle.apps.SwitchView;
import io.heddle.apps.acl.AclApp;
import io.heddle.apps.dhcp.DhcpApp;
import io.heddle.apps.dns.DnsApp;
import io.heddle.apps.guard.GuardApp;
import io.heddle.apps.health.HealthApp;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.macvlan.MacvlanApp;
import io.heddle.apps.neighbour.NeighbourApp;
import io.heddle.apps.overlay.OverlayApp;
import io.heddle.apps.portsecurity.PortSecurityApp;
import io.heddle.apps.router.RouterApp;
import io.heddle.apps.shaping.ShapingApp;
import io.heddle.apps.stateful.StatefulApp;
import io.heddle.apps.vlan.VlanApp;
import io.heddle.flows.program.FlowProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The list of all apps, and the compiler that runs them. */
public final class Apps {
    /** All apps. */
    public static final List<FlowContributor> ALL = List.of(
            new VlanApp(),
            new GuardApp(),
            new PortSecurityApp(),
            new ShapingApp(),
            new AclApp(),
            new StatefulApp(),
            new L2LearningApp(),
            new MacvlanApp(),
            new NeighbourApp(),
            new RouterApp(),
            new DhcpApp(),
            new DnsApp(),
            new HealthApp(),
            new OverlayApp());

    private Apps() {}

    /** The name of the app with this number in cookies; {@code unknown app N} where there is none. */
    public static String name(int number) {
        return ALL.stream()
                .filter(a -> a.number() == number)
                .map(FlowContributor::name)
                .findFirst()
                .orElse("unknown app " + number);
    }

    /** Compiles the program of a switch. */
    public static FlowProgram compile(SwitchView view) {
        return compile(view, new ProgramCache());
    }

    /** Likewise, reusing cached parts. */
    public static FlowProgram compile(SwitchView view, ProgramCache parts) {
        if (isLeft(view)) {
            FlowProgram.Builder program = new FlowProgram.Builder();
            new L2LearningApp().leave(new FlowSink(program, new L2LearningApp(), parts));
            return program.build();
        }
        return FlowProgram.of(ALL.stream().map(app -> part(app, view, parts)).toList());
    }

    /**
     * Likewise, for a switch for which nothing but access lists has changed.
     *
     * @param before the program of the switch before this change
     */
    public static FlowProgram compileLists(SwitchView view, ProgramCache parts, FlowProgram before) {
        return compile(view, parts, before, FlowContributor::readsLists);
    }

    /**
     * Likewise, for a switch for which nothing but other hosts and access lists have changed.
     *
     * @param before the program of the switch before this change
     */
    public static FlowProgram compileOthers(SwitchView view, ProgramCache parts, FlowProgram before) {
        return compile(view, parts, before, app -> app.readsOtherHosts() || app.readsLists());
    }

    private static FlowProgram compile(
            SwitchView view, ProgramCache parts, FlowProgram before, Predicate<FlowContributor> which) {
        if (isLeft(view)) {
            return before;
        }
        List<FlowProgram.Part> now = new ArrayList<>(before.parts());
        for (int i = 0; i < ALL.size(); i++) {
            if (which.test(ALL.get(i))) {
                now.set(i, part(ALL.get(i), view, parts));
            }
        }
        return FlowProgram.of(now);
    }

    /** Whether Heddle does not control the bridge: Open vSwitch alone decides about its frames. */
    private static boolean isLeft(SwitchView view) {
        return view.host().map(h -> !h.hasController()).orElse(false);
    }

    private static FlowProgram.Part part(FlowContributor app, SwitchView view, ProgramCache parts) {
        FlowProgram.Builder alone = new FlowProgram.Builder();
        app.contribute(view, new FlowSink(alone, app, parts));
        return alone.checked();
    }
}
