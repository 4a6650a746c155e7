package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.controller.Fleet;
import io.heddle.controller.openflow.FlowReader;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.FlowProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Flow entries with their reasons and counters, read from the switches at the moment of asking. */
final class FlowViews {
    private static final String DROP = "drop: ";
    private final Fleet fleet;

    FlowViews(Fleet fleet) {
        this.fleet = fleet;
    }

    private record Counted(String where, String reason, FlowCodec.Reported flow) {
    }

    private List<Counted> read() throws InterruptedException {
        List<Counted> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            CompletableFuture<List<FlowCodec.Reported>> answer = new CompletableFuture<>();
            c.loop().execute(() -> new FlowReader(c).report(Cookies.HEDDLE, Cookies.OWNER_MASK,
                    (flows, error) -> answer.complete(flows)));
            FlowProgram program = c.sync() == null ? FlowProgram.EMPTY : c.sync().state().program();
            String where = fleet.place(c).map(Object::toString).orElse(SwitchConnection.format(c.datapathId()));
            for (FlowCodec.Reported f : Views.await(answer).orElse(List.of())) {
                String reason = f.cookie() == L2LearningApp.LEARNT ? "l2-learning: learnt"
                        : program.reason(f.cookie()).orElse("");
                out.add(new Counted(where, reason, f));
            }
        }
        return out;
    }

    List<Map<String, Object>> flows() throws InterruptedException {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Counted c : read()) {
            String text = c.flow.entry().map(Object::toString).orElse("unreadable")
                    .replaceFirst("cookie=0x[0-9a-f]+, table=\\d+, ", "");
            out.add(row("switch", c.where, "table", table(c.flow.table()), "packets", c.flow.packets(),
                    "bytes", c.flow.bytes(), "flow", text, "reason", c.reason));
        }
        return out;
    }

    private static String table(int number) {
        try {
            return Table.byNumber(number).name().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return Integer.toString(number);
        }
    }

    /** Discarded frames by reason; reasons under which nothing was discarded are left out. */
    List<Map<String, Object>> drops() throws InterruptedException {
        return sums(read().stream().filter(c -> c.reason.startsWith(DROP) && c.flow.packets() > 0).toList());
    }

    /** Hits of access lists by rule. */
    List<Map<String, Object>> acls() throws InterruptedException {
        return sums(read().stream().filter(c -> c.reason.replaceFirst(DROP, "").startsWith("acl ")).toList());
    }

    private static List<Map<String, Object>> sums(List<Counted> flows) {
        Map<String, Map<String, Object>> out = new LinkedHashMap<>();
        for (Counted c : flows) {
            boolean drop = c.reason.startsWith(DROP);
            Map<String, Object> sum = out.computeIfAbsent(c.where + " " + c.reason, k -> row("switch", c.where,
                    "reason", c.reason.replaceFirst(DROP, ""), "action", drop ? "drop" : "allow",
                    "packets", 0L, "bytes", 0L));
            sum.merge("packets", c.flow.packets(), (a, b) -> (Long) a + (Long) b);
            sum.merge("bytes", c.flow.bytes(), (a, b) -> (Long) a + (Long) b);
        }
        return new ArrayList<>(out.values());
    }
}
