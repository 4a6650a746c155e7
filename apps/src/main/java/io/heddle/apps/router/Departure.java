package io.heddle.apps.router;

import io.heddle.apps.SwitchView;
import io.heddle.apps.overlay.OverlayApp;
import io.heddle.flows.model.Network;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of routers. They come from no port: Open vSwitch then lets them out by any, and NORMAL takes the controller's
 * for a trunk of all VLANs.
 */
final class Departure {
    /** Frames that a router of this switch sends. */
    static final Match FROM_ROUTER = Match.ALL.with(Field.IN_PORT, PortNumber.CONTROLLER & 0xffff_ffffL);

    /** Makes a frame one of a router. */
    static final Action NO_PORT = new Action.SetField(Field.IN_PORT, PortNumber.CONTROLLER & 0xffff_ffffL);

    private Departure() {}

    /** Sends an untagged frame to all ports of a network, or to the one that NORMAL knows, and to its peers. */
    static Instructions everywhere(SwitchView view, Network network) {
        List<Action> actions = new ArrayList<>();
        if (network.vlan() != 0) {
            actions.add(Action.PushVlan.CUSTOMER);
            actions.add(new Action.SetField(Field.VLAN_VID, Field.VLAN_PRESENT | network.vlan()));
        }
        actions.add(new Action.Output(PortNumber.NORMAL));
        List<Action> copies = OverlayApp.copies(view, network);
        if (network.vlan() != 0 && !copies.isEmpty()) {
            actions.add(new Action.PopVlan());
        }
        actions.addAll(copies);
        return Instructions.apply(actions.toArray(Action[]::new));
    }
}
