package io.heddle.openflow;

import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.PortNumber;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.PacketOut;
import io.heddle.openflow.codec.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells the senders of rejected frames that these may not pass, by the way that they came. */
final class Refusals implements PacketInHandler {
    /** The meter of the switch lets as many through; a switch could make more up without it. */
    private static final int ANSWERS_PER_SECOND = 200;

    private static final int SAMPLES_PER_SECOND = 5;

    private final PacketInHandler next;
    private final Rate answers;
    private final Rate samples;

    /** @param next gets some of the packet-ins too */
    Refusals(PacketInHandler next, long now) {
        this.next = next;
        this.answers = new Rate(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND, now);
        this.samples = new Rate(SAMPLES_PER_SECOND, SAMPLES_PER_SECOND, now);
    }

    @Override
    public void handle(SwitchConnection connection, PacketIn packet) {
        long now = System.nanoTime();
        if (samples.tryTake(now)) {
            next.handle(connection, packet);
        }
        if (!answers.tryTake(now)) {
            return;
        }
        // In the middle of a connection that the switch has forgotten, a reset would end what the next packet brings
        // back.
        boolean onlyBegin = Table.byNumber(packet.table()) != Table.ACL;
        Refusal.Kind kind = onlyBegin ? Refusal.Kind.PROHIBITED_TO_BEGIN : Refusal.Kind.PROHIBITED;
        Refusal.of(packet.frameBytes(), kind, Optional.empty())
                .ifPresent(answer -> PacketOut.write(
                        connection.out(),
                        connection.nextXid(),
                        packet.inPort(),
                        back(packet, connection.learning().isOverlay(packet.inPort())),
                        answer));
    }

    /** The way back of a frame. @param overlay whether it came from another host of the file */
    static List<Action> back(PacketIn packet, boolean overlay) {
        List<Action> actions = new ArrayList<>(packet.backByTunnel());
        if (overlay && packet.vlanVid() != 0) {
            // Table 0 has pushed the tag: frames between hosts have none. In other tunnels it is the far end's own.
            actions.add(new Action.PopVlan());
        }
        actions.add(new Action.Output(PortNumber.IN_PORT));
        return actions;
    }
}
