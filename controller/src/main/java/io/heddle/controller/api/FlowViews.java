package io.heddle.controller.api;

import static io.heddle.controller.api.Views.row;

import io.heddle.apps.MeterKind;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.controller.Answers;
import io.heddle.controller.Fleet;
import io.heddle.controller.drops.DropHistory;
import io.heddle.controller.drops.Drops;
import io.heddle.controller.openflow.FlowReader;
import io.heddle.controller.openflow.Multipart;
import io.heddle.controller.openflow.SwitchConnection;
import io.heddle.controller.openflow.codec.FlowCodec;
import io.heddle.controller.openflow.codec.GroupCodec;
import io.heddle.controller.openflow.codec.MeterCodec;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Reasons;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Flow entries with their reasons and counters, read from the switches at the moment of asking. */
final class FlowViews {
    private final Fleet fleet;

    FlowViews(Fleet fleet) {
        this.fleet = fleet;
    }

    private record Counted(String where, String reason, FlowCodec.Reported flow) {
    }

    private List<Counted> read() {
        return read(Cookies.HEDDLE, Cookies.OWNER_MASK);
    }

    private List<Counted> read(long cookie, long mask) {
        List<Counted> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            CompletableFuture<List<FlowCodec.Reported>> answer = new CompletableFuture<>();
            c.loop().execute(() -> new FlowReader(c).report(cookie, mask,
                    (flows, error) -> answer.complete(flows)));
            FlowProgram program = c.sync() == null ? FlowProgram.EMPTY : c.sync().state().program();
            String where = fleet.place(c).map(Object::toString).orElse(SwitchConnection.format(c.datapathId()));
            for (FlowCodec.Reported f : Answers.await(answer).orElse(List.of())) {
                String reason = f.cookie() == L2LearningApp.LEARNT ? "l2-learning: learnt"
                        : program.reason(f.cookie()).orElse("");
                out.add(new Counted(where, reason, f));
            }
        }
        return out;
    }

    List<Map<String, Object>> flows() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Counted c : read()) {
            String text = c.flow.entry().map(Object::toString).orElse("unreadable")
                    .replaceFirst("cookie=0x[0-9a-f]+, table=\\d+, ", "");
            out.add(row("switch", c.where, "table", Table.label(c.flow.table()), "packets", c.flow.packets(),
                    "bytes", c.flow.bytes(), "flow", text, "reason", c.reason));
        }
        return out;
    }

    /** Discarded frames by reason, with the last one seen; reasons under which nothing was discarded are left out. */
    List<Map<String, Object>> drops() {
        List<Map<String, Object>> rows = sums(read(Cookies.HEDDLE | Cookies.DROP, Cookies.OWNER_MASK | Cookies.DROP).stream()
                .filter(c -> c.flow.packets() > 0).toList());
        fleet.drops().rows().stream().filter(r -> !r.reason().isEmpty() && r.reason().startsWith("shaping: "))
                .forEach(r -> rows.add(row("switch", fleet.name(r.datapathId()), "reason", r.reason(), "action", "drop",
                        "packets", r.packets(), "bytes", r.bytes())));
        Map<String, Long> ids = ids();
        for (Map<String, Object> r : rows) {
            long id = ids.getOrDefault((String) r.get("switch"), 0L);
            String reason = (String) r.get("reason");
            Optional<Drops.Sample> last = fleet.drops().sample(id, reason);
            r.put("rate", Math.round(fleet.drops().perSecond(id, reason) * 10) / 10.0);
            r.put("lastSeen", last.map(s -> s.time().truncatedTo(ChronoUnit.SECONDS).toString()).orElse(""));
            r.put("lastPort", last.map(Drops.Sample::port).orElse(""));
            r.put("lastFrame", last.map(s -> s.frame().toString()).orElse(""));
        }
        return rows;
    }

    private Map<String, Long> ids() {
        Map<String, Long> ids = new HashMap<>();
        fleet.switches().all().forEach(c -> ids.put(fleet.name(c.datapathId()), c.datapathId()));
        return ids;
    }

    /** Frames discarded over the last hour, by reason. */
    Map<String, Object> dropHistory() {
        Instant now = Instant.now();
        return row("step", DropHistory.STEP, "until", now.toString(), "reasons", fleet.drops().history().until(now));
    }

    /** How many frames each switch has sent on to a MAC of a network: who of that switch's hosts reached it, together. */
    Map<String, Map<String, Long>> reached(int network) {
        Map<String, Map<String, Long>> out = new HashMap<>();
        for (Counted c : read(L2LearningApp.LEARNT, -1L)) {
            Match match = c.flow.entry().map(FlowEntry::match).orElse(Match.ALL);
            boolean here = match.get(Field.METADATA).map(m -> (m.lo() & Metadata.NETWORK_MASK) == network).orElse(false);
            if (here && c.flow.table() == Table.FORWARD.number()) {
                match.exact(Field.ETH_DST).ifPresent(mac -> out.computeIfAbsent(FlowText.mac(mac), m -> new TreeMap<>())
                        .merge(c.where, c.flow.packets(), Long::sum));
            }
        }
        return out;
    }

    /** Meters with what they are there for, and what they have dropped. */
    List<Map<String, Object>> meters() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            FlowProgram program = c.sync() == null ? FlowProgram.EMPTY : c.sync().state().program();
            Map<Integer, String> reasons = new HashMap<>();
            program.entries().forEach(e -> reasons.merge(e.instructions().meter(), program.reason(e.cookie()).orElse(""),
                    (a, b) -> a));
            Map<Integer, Long> dropped = new HashMap<>();
            Answers.await(Multipart.ask(c, MeterCodec::writeStatsRequest,
                    part -> MeterCodec.readStats(part, (id, packets, bytes) -> dropped.put(id, packets))));
            program.meters().values().stream().filter(m -> !MeterKind.isSample(m.id())).forEach(m ->
                    out.add(row("switch", fleet.name(c.datapathId()), "meter", m.id(), "unit", m.packets() ? "packets" : "kbit",
                            "rate", m.rate(), "burst", m.burst(), "dropped", dropped.getOrDefault(m.id(), 0L),
                            "reason", Reasons.plain(reasons.getOrDefault(m.id(), "")))));
        }
        return out;
    }

    /** Groups; Heddle makes none, so they are somebody else's. */
    List<Map<String, Object>> groups() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (SwitchConnection c : fleet.switches().all()) {
            List<Map<String, Object>> groups = new ArrayList<>();
            Answers.await(Multipart.ask(c, GroupCodec::writeRequest, part -> GroupCodec.read(part, (id, type, buckets) ->
                    groups.add(row("switch", fleet.name(c.datapathId()), "group", id, "type", type, "buckets", buckets)))));
            out.addAll(groups);
        }
        return out;
    }

    /** Hits of access lists by rule. */
    List<Map<String, Object>> acls() {
        return sums(read().stream().filter(c -> Reasons.plain(c.reason).startsWith("acl ")).toList());
    }

    private static List<Map<String, Object>> sums(List<Counted> flows) {
        Map<String, Map<String, Object>> out = new LinkedHashMap<>();
        for (Counted c : flows) {
            boolean drop = Reasons.isDrop(c.reason);
            Map<String, Object> sum = out.computeIfAbsent(c.where + " " + c.reason, k -> row("switch", c.where,
                    "reason", Reasons.plain(c.reason), "action", drop ? "drop" : "allow",
                    "packets", 0L, "bytes", 0L));
            sum.merge("packets", c.flow.packets(), (a, b) -> (Long) a + (Long) b);
            sum.merge("bytes", c.flow.bytes(), (a, b) -> (Long) a + (Long) b);
        }
        return new ArrayList<>(out.values());
    }
}
