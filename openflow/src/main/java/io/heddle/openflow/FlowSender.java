package io.heddle.openflow;

import io.heddle.flows.diff.FlowDiff;
import io.heddle.flows.program.FlowEntry;
import io.heddle.openflow.codec.FlowCodec;
import java.util.Optional;

/**
 * Sends changes of flow entries: in one bundle, or as plain FLOW_MODs to a switch that has refused bundles. Confined to
 * the switch's event loop.
 */
final class FlowSender {
    /** Gets the result of one send. */
    interface Done {
        /**
         * @param error null when the changes are in force
         * @param refused the entry that the error is about, if the switch names one
         */
        void sent(String error, Optional<FlowEntry> refused);
    }

    private final Switch connection;
    private boolean bundles = true;

    FlowSender(Switch connection) {
        this.connection = connection;
    }

    void send(FlowDiff diff, Done done) {
        if (!bundles) {
            sendPlain(diff, done);
            return;
        }
        new Bundle(connection).send(diff, outcome -> {
            if (outcome.unsupported()) {
                bundles = false;
                connection.report(
                        "no-bundles",
                        "the switch refuses bundles, so Heddle sends plain FLOW_MODs: " + outcome.error());
                sendPlain(diff, done);
            } else {
                done.sent(outcome.error(), outcome.refused());
            }
        });
    }

    /** Adds first: a new entry must be in force before the entry that it replaces is removed. */
    private void sendPlain(FlowDiff diff, Done done) {
        MessageBatch<FlowEntry> added = MessageBatch.send(connection, diff.add(), FlowCodec::writeAdd);
        MessageBatch<FlowEntry> removed = MessageBatch.send(connection, diff.remove(), FlowCodec::writeRemove);
        connection.counters().of("openflow_flow_mods_total").add(diff.size());
        connection.barrier(failed -> {
            Optional<MessageBatch.Refused<FlowEntry>> late = removed.end();
            Optional<MessageBatch.Refused<FlowEntry>> refused = added.end().or(() -> late);
            done.sent(
                    failed != null
                            ? failed
                            : refused.map(MessageBatch.Refused::text).orElse(null),
                    refused.map(MessageBatch.Refused::what));
        });
    }
}
