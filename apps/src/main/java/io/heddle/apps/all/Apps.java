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
import java.util.List;

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
        FlowProgram.Builder program = new FlowProgram.Builder();
        if (view.host().map(h -> !h.hasController()).orElse(false)) {
            // Heddle does not control this bridge: Open vSwitch alone decides about its frames.
            new L2LearningApp().leave(new FlowSink(program, new L2LearningApp(), parts));
            return program.build();
        }
        for (FlowContributor app : ALL) {
            app.contribute(view, new FlowSink(program, app, parts));
        }
        return program.build();
    }
}
