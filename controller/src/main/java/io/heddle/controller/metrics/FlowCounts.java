package io.heddle.controller.metrics;

import com.google.common.collect.MapMaker;
import io.heddle.apps.all.Apps;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.FlowProgram;
import io.heddle.openflow.SwitchConnection;
import java.util.HashMap;
import java.util.Map;

/** Number of flow entries that a switch should have, by table and app; counted once for each program. */
final class FlowCounts {
    private static final int APP_SHIFT = 40;
    private static final int APP_MASK = 0xff;

    /** By identity: to compare two equal programs means to compare every entry. */
    private final Map<FlowProgram, Map<At, Integer>> counted =
            new MapMaker().weakKeys().makeMap();

    /** A table and an app. */
    record At(String table, String app) {}

    synchronized Map<At, Integer> of(SwitchConnection connection) {
        return counted.computeIfAbsent(connection.state().program(), FlowCounts::count);
    }

    private static Map<At, Integer> count(FlowProgram program) {
        Map<Integer, String> apps = new HashMap<>();
        Apps.ALL.forEach(a -> apps.put(a.number(), a.name()));
        Map<At, Integer> out = new HashMap<>();
        program.entries()
                .forEach(e -> out.merge(
                        new At(
                                Table.label(e.table()),
                                apps.getOrDefault((int) (e.cookie() >>> APP_SHIFT) & APP_MASK, "other")),
                        1,
                        Integer::sum));
        return out;
    }
}
