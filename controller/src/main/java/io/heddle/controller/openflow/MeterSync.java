package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.MeterCodec;
import io.heddle.flows.program.Meter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sees to it that a switch has the meters that its flow entries are about to refer to. Bundles do not take meters, so
 * they go ahead of the entries, and those that nothing refers to any more go after. On the switch's event loop.
 */
final class MeterSync {
    private final SwitchConnection connection;

    MeterSync(SwitchConnection connection) {
        this.connection = connection;
    }

    /** Adds and alters what is missing; {@code done} hears null, or what the switch refused. */
    void put(Map<Integer, Meter> wanted, Consumer<String> done) {
        if (wanted.isEmpty()) {
            done.accept(null);
            return;
        }
        Map<Integer, Meter> have = new HashMap<>();
        Multipart.read(connection, MeterCodec::writeConfigRequest, part -> MeterCodec.readConfig(part, m -> have.put(m.id(), m)),
                why -> {
                    if (why == null) {
                        send(wanted, have, done);
                    } else {
                        done.accept(why);
                    }
                });
    }

    private void send(Map<Integer, Meter> wanted, Map<Integer, Meter> have, Consumer<String> done) {
        List<String> errors = new ArrayList<>();
        List<Integer> xids = new ArrayList<>();
        for (Meter m : wanted.values()) {
            Meter now = have.get(m.id());
            if (!m.equals(now)) {
                int xid = connection.nextXid();
                xids.add(xid);
                connection.expect(xid, Bundle.refusal(errors, m));
                MeterCodec.write(connection.out(), xid, now == null ? MeterCodec.ADD : MeterCodec.MODIFY, m);
            }
        }
        if (xids.isEmpty()) {
            done.accept(null);
            return;
        }
        connection.counters().of("openflow_meter_mods_total").add(xids.size());
        connection.barrier(failed -> {
            xids.forEach(connection::forget);
            done.accept(failed != null ? failed : errors.isEmpty() ? null : errors.get(0));
        });
    }

    /** Removes meters that nothing of ours refers to any more. */
    void remove(Collection<Integer> ids) {
        ids.forEach(id -> MeterCodec.writeRemove(connection.out(), connection.nextXid(), id));
        connection.flush();
    }
}
