package io.heddle.openflow;

import io.heddle.flows.program.Meter;
import io.heddle.openflow.codec.MeterCodec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the meters of a switch that its flow entries refer to. Bundles cannot contain METER_MODs, so meters are added
 * before the entries and unused ones are removed after. Confined to the switch's event loop.
 */
final class MeterSync {
    private final Switch connection;
    /** Meters to remove: entries of Heddle referred to them, and the program no longer has them. */
    private final Set<Integer> stale = new HashSet<>();

    MeterSync(Switch connection) {
        this.connection = connection;
    }

    /** The outcome of {@link #put}. */
    interface Done {
        /**
         * @param refused what the switch refused, null for nothing
         * @param added the numbers of the meters that the switch had not
         */
        void put(String refused, Set<Integer> added);
    }

    /** Adds and alters what is missing. */
    void put(Map<Integer, Meter> wanted, Done done) {
        if (wanted.isEmpty()) {
            done.put(null, Set.of());
            return;
        }
        Map<Integer, Meter> have = new HashMap<>();
        Multipart.read(
                connection,
                MeterCodec::writeConfigRequest,
                part -> MeterCodec.readConfig(part, m -> have.put(m.id(), m)),
                why -> {
                    if (why == null) {
                        send(wanted, have, done);
                    } else {
                        done.put(why, Set.of());
                    }
                });
    }

    private void send(Map<Integer, Meter> wanted, Map<Integer, Meter> have, Done done) {
        List<Meter> missing = wanted.values().stream()
                .filter(m -> !m.equals(have.get(m.id())))
                .toList();
        if (missing.isEmpty()) {
            done.put(null, Set.of());
            return;
        }
        MessageBatch<Meter> sent = MessageBatch.send(
                connection,
                missing,
                (out, xid, m) ->
                        MeterCodec.write(out, xid, have.containsKey(m.id()) ? MeterCodec.MODIFY : MeterCodec.ADD, m));
        connection.counters().of("openflow_meter_mods_total").add(missing.size());
        connection.barrier(failed -> {
            String refused = sent.end().map(MessageBatch.Refused::text).orElse(null);
            Set<Integer> added = new HashSet<>(wanted.keySet());
            added.removeAll(have.keySet());
            done.put(failed != null ? failed : refused, added);
        });
    }

    /**
     * Notes which meters are stale.
     *
     * @param standing the meters that entries on the switch refer to
     * @param wanted the meters of the wanted program
     */
    void compare(Set<Integer> standing, Set<Integer> wanted) {
        stale.addAll(standing);
        stale.removeAll(wanted);
    }

    /** Removes the stale meters: the switch has confirmed that no entry of Heddle refers to them any more. */
    void removeStale() {
        if (stale.isEmpty()) {
            return;
        }
        stale.forEach(id -> MeterCodec.writeRemove(connection.out(), connection.nextXid(), id));
        connection.flush();
        stale.clear();
    }
}
