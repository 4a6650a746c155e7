package io.heddle.controller.api;

import io.heddle.controller.Core;
import io.heddle.controller.drops.Drops;
import java.util.Comparator;
import java.util.List;

/** The controller's counts, and what its switches dropped, in the Prometheus text format, version 0.0.4. */
final class Metrics {
    private Metrics() {
    }

    static String text(Core core) {
        StringBuilder out = new StringBuilder();
        core.counters().snapshot().forEach((name, n) -> out.append("# TYPE heddle_").append(name).append(" counter\n")
                .append("heddle_").append(name).append(' ').append(n).append('\n'));
        List<Drops.Row> rows = core.fleet().drops().rows().stream()
                .sorted(Comparator.comparing(Drops.Row::datapathId).thenComparing(Drops.Row::reason)).toList();
        out.append("# HELP heddle_dropped_frames_total Frames discarded, by switch and reason.\n"
                + "# TYPE heddle_dropped_frames_total counter\n");
        rows.forEach(r -> out.append("heddle_dropped_frames_total").append(labels(core, r)).append(r.packets()).append('\n'));
        out.append("# TYPE heddle_dropped_bytes_total counter\n");
        rows.forEach(r -> out.append("heddle_dropped_bytes_total").append(labels(core, r)).append(r.bytes()).append('\n'));
        return out.toString();
    }

    private static String labels(Core core, Drops.Row row) {
        return "{switch=\"" + escaped(core.fleet().name(row.datapathId())) + "\",reason=\"" + escaped(row.reason()) + "\"} ";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
