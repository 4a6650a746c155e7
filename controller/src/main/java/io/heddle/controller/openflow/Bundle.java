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
    /** Messages between flushes, so that a large bundle does not pile up in memory before the first byte leaves. */
    private static final int FLUSH_EVERY = 1024;

    /** How it ended: {@code error} is null when the changes are in force. */
    record Outcome(String error, boolean unsupported) {
    }

    private final SwitchConnection connection;
    private final List<String> errors = new ArrayList<>();
    private final List<Integer> xids = new ArrayList<>();

    Bundle(SwitchConnection connection) {
        this.connection = connection;
    }

    void send(FlowDiff diff, Consumer<Outcome> done) {
        control(OnfCodec.OPEN_REQUEST, opened -> {
            if (opened != null) {
                done.accept(new Outcome(opened, connection.isActive()));
                return;
            }
            diff.add().forEach(e -> add(e, true));
            diff.remove().forEach(e -> add(e, false));
            connection.counters().count("openflow_bundles_total");
            connection.counters().of("openflow_flow_mods_total").add(diff.size());
            control(OnfCodec.COMMIT_REQUEST, committed -> {
                xids.forEach(connection::forget);
                done.accept(new Outcome(committed == null ? null : errors.isEmpty() ? committed : errors.get(0),
                        false));
            });
        });
    }

    private void add(FlowEntry e, boolean add) {
        int xid = connection.nextXid();
        xids.add(xid);
        connection.expect(xid, refusal(errors, e));
        ByteBuf out = connection.out();
        int start = OnfCodec.beginAdd(out, xid, ID);
        if (add) {
            FlowCodec.writeAdd(out, xid, e);
        } else {
            FlowCodec.writeRemove(out, xid, e);
        }
        Wire.end(out, start);
        if (xids.size() % FLUSH_EVERY == 0) {
            connection.flush();
        }
    }

    /** Notes which entry or meter a switch's error is about. */
    static SwitchConnection.Answer refusal(List<String> errors, Object what) {
        return new SwitchConnection.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                return true;
            }

            @Override
            public void failed(String why) {
                errors.add(why + " for " + what);
            }
        };
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
