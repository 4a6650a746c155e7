package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.controller.openflow.codec.OnfCodec;
import io.heddle.controller.openflow.codec.Wire;
import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Many flow changes that a switch makes all at once or not at all: opened, filled, committed. The answer to the commit
 * is the switch's word that they are in force. On the switch's event loop.
 */
final class Bundle {
    private static final int ID = 1;

    /** How it ended: {@code error} is null when the changes are in force. */
    record Outcome(String error, boolean unsupported) {
    }

    private final SwitchConnection connection;

    Bundle(SwitchConnection connection) {
        this.connection = connection;
    }

    void send(FlowDiff diff, Consumer<Outcome> done) {
        control(OnfCodec.OPEN_REQUEST, opened -> {
            if (opened != null) {
                done.accept(new Outcome(opened, connection.isActive()));
                return;
            }
            Run<FlowEntry> added = Run.send(connection, diff.add(), (out, xid, e) -> within(out, xid, e, FlowCodec::writeAdd));
            Run<FlowEntry> removed = Run.send(connection, diff.remove(), (out, xid, e) -> within(out, xid, e, FlowCodec::writeRemove));
            connection.counters().count("openflow_bundles_total");
            connection.counters().of("openflow_flow_mods_total").add(diff.size());
            control(OnfCodec.COMMIT_REQUEST, committed -> {
                List<String> errors = new ArrayList<>(added.end());
                errors.addAll(removed.end());
                done.accept(new Outcome(committed == null ? null : errors.isEmpty() ? committed : errors.get(0), false));
            });
        });
    }

    private static void within(ByteBuf out, int xid, FlowEntry e, Run.Writer<FlowEntry> message) {
        int start = OnfCodec.beginAdd(out, xid, ID);
        message.write(out, xid, e);
        Wire.end(out, start);
    }

    /** Sends a control message; {@code done} gets null, or what went wrong. */
    private void control(int request, Consumer<String> done) {
        connection.ask((out, xid) -> OnfCodec.writeControl(out, xid, ID, request), new SwitchConnection.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                boolean right = OnfCodec.bundleReply(message) == request + 1;
                done.accept(right ? null : "unexpected answer to a bundle control message");
                return true;
            }

            @Override
            public void failed(String why) {
                done.accept(why);
            }
        });
    }
}
