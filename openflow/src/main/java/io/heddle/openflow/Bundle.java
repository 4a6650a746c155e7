package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.OnfCodec;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Changes many flow entries atomically: opens a bundle, adds the changes, commits. The reply to the commit confirms
 * that the changes are in force. Confined to the switch's event loop.
 */
final class Bundle {
    private static final int ID = 1;

    /**
     * The result of a bundle.
     *
     * @param error null when the changes are in force
     * @param refused the entry that the error is about, if the switch names one
     * @param unsupported whether the switch does not support bundles
     */
    record Outcome(String error, Optional<FlowEntry> refused, boolean unsupported) {}

    private final Switch connection;

    Bundle(Switch connection) {
        this.connection = connection;
    }

    void send(FlowDiff diff, Consumer<Outcome> done) {
        control(OnfCodec.OPEN_REQUEST, opened -> {
            if (opened != null) {
                done.accept(new Outcome(opened, Optional.empty(), connection.isActive()));
                return;
            }
            MessageBatch<FlowEntry> added = MessageBatch.send(
                    connection, diff.add(), (out, xid, e) -> within(out, xid, e, FlowCodec::writeAdd));
            MessageBatch<FlowEntry> removed = MessageBatch.send(
                    connection, diff.remove(), (out, xid, e) -> within(out, xid, e, FlowCodec::writeRemove));
            connection.counters().count("openflow_bundles_total");
            connection.counters().of("openflow_flow_mods_total").add(diff.size());
            control(OnfCodec.COMMIT_REQUEST, committed -> {
                Optional<MessageBatch.Refused<FlowEntry>> late = removed.end();
                done.accept(outcome(committed, added.end().or(() -> late)));
            });
        });
    }

    private static Outcome outcome(String committed, Optional<MessageBatch.Refused<FlowEntry>> refused) {
        return committed == null
                ? new Outcome(null, Optional.empty(), false)
                : new Outcome(
                        refused.map(MessageBatch.Refused::text).orElse(committed),
                        refused.map(MessageBatch.Refused::what),
                        false);
    }

    private static void within(ByteBuf out, int xid, FlowEntry e, MessageBatch.Writer<FlowEntry> message) {
        int start = OnfCodec.beginAdd(out, xid, ID);
        message.write(out, xid, e);
        Wire.end(out, start);
    }

    /** Sends a control message; {@code done} gets null or the error. */
    private void control(int request, Consumer<String> done) {
        connection.ask((out, xid) -> OnfCodec.writeControl(out, xid, ID, request), new Switch.Answer() {
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
