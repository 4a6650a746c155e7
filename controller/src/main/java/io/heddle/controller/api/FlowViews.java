package io.heddle.controller.api;

import io.heddle.apps.MeterKind;
import io.heddle.apps.all.LearntCookies;
import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.controller.fleet.Broadcast;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.DecisionLog;
import io.heddle.controller.telemetry.DropHistory;
import io.heddle.controller.telemetry.Drops;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.FlowReader;
import io.heddle.openflow.Multipart;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.GroupCodec;
import io.heddle.openflow.codec.MeterCodec;
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

/** Flow entries with their reasons and counters, read from the switches for each request. */
final class FlowViews {
    private final Fleet fleet;
    private final Drops known;
    private final DecisionLog log;

    FlowViews(Services services) {
        this.fleet = services.fleet();
        this.known = services.telemetry().drops();
        this.log = services.telemetry().log();
    }

    /** A flow entry as its switch reports it. @param reason empty if the entry is Heddle's but its reason is unknown */
    private record Counted(String where, Optional<Reason> reason, FlowCodec.Reported flow) {}

    private List<Counted> read() {
        return read(Cookies.HEDDLE, Cookies.OWNER_MASK);
    }

    private List<Counted> read(long cookie, long mask) {
        List<Counted> out = new ArrayList<>();
        Broadcast.ask(fleet, c -> FlowReader.ask(c, cookie, mask)).forEach((c, flows) -> {
            FlowProgram program = c.state().program();
            String where = fleet.place(c).map(Object::toString).orElse(SwitchConnection.format(c.datapathId()));
            for (FlowCodec.Reported f : flows.orElse(List.of())) {
                out.add(new Counted(where, LearntCookies.reason(f.cookie()).or(() -> program.reason(f.cookie())), f));
            }
        });
        return out;
    }

    List<Map<String, Object>> flows() {
        List<Map<String, Object>> out = new ArrayList<>();
        for (Counted c : read()) {
            String text = c.flow.entry()
                    .map(Object::toString)
                    .orElse("unreadable")
                    .replaceFirst("cookie=0x[0-9a-f]+, table=\\d+, ", "");
            out.add(Row.of("switch", c.where)
                    .and("table", Table.label(c.flow.table()))
                    .and("packets", c.flow.packets())
                    .and("bytes", c.flow.bytes())
                    .and("flow", text)
                    .and("kind", c.reason.map(Reason::kind).orElse(""))
                    .and("reason", c.reason.map(Reason::label).orElse(""))
                    .map());
        }
        return out;
    }

    /** Dropped frames by reason, with the last sample; without reasons that have dropped nothing. */
    List<Map<String, Object>> drops() {
        List<Sum> sums = sums(read(Cookies.HEDDLE | Cookies.DROP, Cookies.OWNER_MASK | Cookies.DROP).stream()
                .filter(c -> c.flow.packets() > 0)
                .toList());
        known.rows().stream()
                .filter(r -> r.reason() instanceof Reason.RateLimit
                        || r.reason() instanceof Reason.RuleRate && r.packets() > 0)
                .forEach(r -> sums.add(
                        new Sum(fleet.name(r.datapathId()), Optional.of(r.reason()), "drop", r.packets(), r.bytes())));
        Map<String, Long> ids = ids();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Sum sum : sums) {
            long id = ids.getOrDefault(sum.where, 0L);
            Optional<Drops.Sample> last = sum.reason.flatMap(reason -> known.sample(id, reason));
            Map<String, Object> r = sum.row();
            r.put(
                    "rate",
                    Math.round(sum.reason
                                            .map(reason -> known.perSecond(id, reason))
                                            .orElse(0.0)
                                    * 10)
                            / 10.0);
            r.put(
                    "lastSeen",
                    last.map(s -> s.time().truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse(""));
            r.put("lastPort", last.map(Drops.Sample::port).orElse(""));
            r.put("lastFrame", last.map(s -> s.frame().toString()).orElse(""));
            rows.add(r);
        }
        return rows;
    }

    /** What access lists have logged. */
    List<Map<String, Object>> log() {
        return log.lines().stream()
                .map(l -> Row.of("time", l.time().toString())
                        .and("switch", l.where())
                        .and("acl", l.list())
                        .and("rule", l.rule())
                        .and("action", l.action())
                        .and("port", l.port())
                        .and("frame", l.frame().toString())
                        .map())
                .toList();
    }

    private Map<String, Long> ids() {
        Map<String, Long> ids = new HashMap<>();
        fleet.switches().all().forEach(c -> ids.put(fleet.name(c.datapathId()), c.datapathId()));
        return ids;
    }

    /** Frames dropped over the last hour, by reason. */
    Map<String, Object> dropHistory() {
        Instant now = Instant.now();
        return Row.of("step", DropHistory.STEP)
                .and("until", now.toString())
                .and("reasons", known.history().until(now))
                .map();
    }

    /** Frames forwarded to each MAC of a network, by MAC and forwarding switch; summed over all senders. */
    Map<String, Map<String, Long>> reached(int network) {
        Map<String, Map<String, Long>> out = new HashMap<>();
        for (Counted c : read(L2LearningApp.LEARNT, -1L)) {
            Match match = c.flow.entry().map(FlowEntry::match).orElse(Match.ALL);
            boolean here = match.get(Field.METADATA)
                    .map(m -> (m.lo() & Metadata.NETWORK_MASK) == network)
                    .orElse(false);
            if (here && c.flow.table() == Table.FORWARD.number()) {
                match.exact(Field.ETH_DST)
                        .ifPresent(mac -> out.computeIfAbsent(FlowText.mac(mac), m -> new TreeMap<>())
                                .merge(c.where, c.flow.packets(), Long::sum));
            }
        }
        return out;
    }

    /** Meters with their reasons and dropped frames. */
    List<Map<String, Object>> meters() {
        List<Map<String, Object>> out = new ArrayList<>();
        Broadcast.ask(fleet, FlowViews::dropped).forEach((c, dropped) -> {
            FlowProgram program = c.state().program();
            Map<Integer, Optional<Reason>> reasons = new HashMap<>();
            program.entries()
                    .forEach(e -> reasons.merge(e.instructions().meter(), program.reason(e.cookie()), (a, b) -> a));
            program.meters().values().stream()
                    .filter(m -> !MeterKind.isSample(m.id()))
                    .forEach(m -> out.add(Row.of("switch", fleet.name(c.datapathId()))
                            .and("meter", m.id())
                            .and("unit", m.packets() ? "packets" : "kbit")
                            .and("rate", m.rate())
                            .and("burst", m.burst())
                            .and("dropped", dropped.orElse(Map.of()).getOrDefault(m.id(), 0L))
                            .and(
                                    "reason",
                                    reasons.getOrDefault(m.id(), Optional.empty())
                                            .map(Reason::text)
                                            .orElse(""))
                            .map()));
        });
        return out;
    }

    /** Frames dropped by the meters of a switch, by meter number. */
    private static CompletableFuture<Map<Integer, Long>> dropped(SwitchConnection c) {
        Map<Integer, Long> dropped = new HashMap<>();
        return Multipart.ask(
                        c,
                        MeterCodec::writeStatsRequest,
                        part -> MeterCodec.readStats(part, (id, packets, bytes) -> dropped.put(id, packets)))
                .thenApply(done -> dropped);
    }

    /** Groups. All are foreign: Heddle creates none. */
    List<Map<String, Object>> groups() {
        List<Map<String, Object>> out = new ArrayList<>();
        Broadcast.ask(fleet, this::groups).values().forEach(groups -> groups.ifPresent(out::addAll));
        return out;
    }

    private CompletableFuture<List<Map<String, Object>>> groups(SwitchConnection c) {
        List<Map<String, Object>> groups = new ArrayList<>();
        return Multipart.ask(
                        c,
                        GroupCodec::writeRequest,
                        part -> GroupCodec.read(
                                part,
                                (id, type, buckets) -> groups.add(Row.of("switch", fleet.name(c.datapathId()))
                                        .and("group", id)
                                        .and("type", type)
                                        .and("buckets", buckets)
                                        .map())))
                .thenApply(done -> groups);
    }

    /** Hits of access lists by rule. Frames that match no rule and pass are not counted. */
    List<Map<String, Object>> acls() {
        List<Counted> ofLists = read().stream()
                .filter(c -> c.reason.filter(Reason.OfList.class::isInstance).isPresent())
                .toList();
        return sums(ofLists).stream().map(Sum::row).toList();
    }

    /** The summed counters of one switch's entries with one reason. @param action {@code drop} or {@code allow} */
    private record Sum(String where, Optional<Reason> reason, String action, long packets, long bytes) {
        Sum plus(FlowCodec.Reported flow) {
            return new Sum(where, reason, action, packets + flow.packets(), bytes + flow.bytes());
        }

        Map<String, Object> row() {
            Optional<Reason.OfList> rule =
                    reason.filter(Reason.OfList.class::isInstance).map(Reason.OfList.class::cast);
            return Row.of("switch", where)
                    .and("kind", reason.map(Reason::kind).orElse(""))
                    .and("reason", reason.map(Reason::text).orElse(""))
                    .and("acl", rule.map(Reason.OfList::list).orElse(""))
                    .and("rule", rule.map(Reason.OfList::rule).orElse(""))
                    .and("action", action)
                    .and("packets", packets)
                    .and("bytes", bytes)
                    .map();
        }
    }

    private static List<Sum> sums(List<Counted> flows) {
        Map<List<Object>, Sum> out = new LinkedHashMap<>();
        for (Counted c : flows) {
            boolean drop = c.reason.map(Reason::isDrop).orElseGet(() -> Cookies.isDrop(c.flow.cookie()));
            String action = drop ? "drop" : "allow";
            out.merge(
                    List.of(c.where, c.reason),
                    new Sum(c.where, c.reason, action, c.flow.packets(), c.flow.bytes()),
                    (sum, one) -> sum.plus(c.flow));
        }
        return new ArrayList<>(out.values());
    }
}
