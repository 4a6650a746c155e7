package io.heddle.openflow;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.PacketOut;
import io.heddle.openflow.codec.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Tells the senders of rejected frames that these may not pass, by the way that they came. */
final class Refusals implements PacketInHandler {
    private final PacketInHandler next;

    /** @param next gets the packet-in too */
    Refusals(PacketInHandler next) {
        this.next = next;
    }

    @Override
    public void handle(SwitchConnection connection, PacketIn packet) {
        Refusal.of(packet.frameBytes())
                .ifPresent(answer ->
                        PacketOut.write(connection.out(), connection.nextXid(), packet.inPort(), back(packet), answer));
        next.handle(connection, packet);
    }

    private static List<Action> back(PacketIn packet) {
        List<Action> actions = new ArrayList<>(packet.backByTunnel());
        if (!actions.isEmpty() && packet.vlanVid() != 0) {
            // Table 0 has pushed the tag: frames have none in the tunnel.
            actions.add(new Action.PopVlan());
        }
        actions.add(new Action.Output(PortNumber.IN_PORT));
        return actions;
    }
}
