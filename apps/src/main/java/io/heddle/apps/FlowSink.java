package io.heddle.apps;

import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Meter;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Product;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Takes the entries of one app, checks them against the pipeline and sets their cookies. */
public final class FlowSink {
    private static final int SAMPLES_PER_SECOND = 1;
    /** Senders of one switch that are told so. Others wait, as if their frames were only dropped. */
    private static final int REJECTS_PER_SECOND = 200;
    /** Bytes of a sample: headers up to the transport ports, with tags and IPv6. */
    private static final int SAMPLE_BYTES = 128;

    private final FlowProgram.Builder program;
    private final FlowContributor app;
    private final ProgramCache parts;

    /** @param parts cached parts of programs that share entries with this one */
    public FlowSink(FlowProgram.Builder program, FlowContributor app, ProgramCache parts) {
        this.program = program;
        this.app = app;
        this.parts = parts;
    }

    /**
     * Adds entries that depend only on {@code origin}. If this or another switch has entries of an equal origin, reuses
     * them instead of calling {@code maker}. No other entry may have a priority between the highest and the lowest of
     * these entries, and their reasons must be numbered.
     *
     * @param origin has {@code equals} by value
     */
    public void addAll(Object origin, Consumer<FlowSink> maker) {
        FlowProgram.Part part = parts.of(List.of(app.number(), origin), () -> {
            FlowProgram.Builder alone = new FlowProgram.Builder();
            maker.accept(new FlowSink(alone, app, parts));
            return alone.part();
        });
        program.add(part);
    }

    /**
     * Adds a meter that limits frames of one port to a rate.
     *
     * @param port the port's OpenFlow number
     * @param packets whether {@code rate} is in packets per second and {@code burst} in packets; otherwise kbit/s, kbit
     * @return the meter's number
     */
    public int meter(int port, MeterKind kind, boolean packets, long rate, long burst) {
        Meter meter = new Meter(kind.number(port), packets, rate, burst);
        program.add(meter);
        return meter.id();
    }

    /**
     * An action that copies frames to the controller. Adds the meter that limits the rate of the copies.
     *
     * @param bytes of each frame
     * @param perSecond the highest rate of copies; a burst may have those of {@link Purpose#BURST_SECONDS} seconds
     */
    public Action copy(Purpose purpose, int bytes, int perSecond) {
        program.add(new Meter(purpose.meter(), true, perSecond, (long) Purpose.BURST_SECONDS * perSecond));
        return new Action.Copy(bytes, purpose.meter());
    }

    /**
     * Adds a permanent entry. An entry that drops also sends the headers of one frame per second to the controller, as
     * a sample of the dropped frames.
     *
     * @param reason why the entry exists: it names the counter and ends a trace. It must be a drop reason exactly if
     *     the entry drops
     * @throws IllegalArgumentException when the pipeline does not allow it
     * @throws IllegalStateException when another entry has the same table, priority and match
     */
    public void add(Table table, int priority, Match match, Instructions instructions, Reason reason) {
        add(table, priority, match, instructions, reason, cookie(reason));
    }

    /**
     * Likewise, for a numbered reason. An app may have very many of these.
     *
     * @param list the number of the app's list, see {@link Cookies#list}; the app must give each list its own number
     * @param item the number of the item in the list, from 0
     */
    public void add(
            Table table, int priority, Match match, Instructions instructions, Reason reason, int list, int item) {
        add(table, priority, match, instructions, reason, Cookies.of(app.number(), list, item, reason.isDrop()));
    }

    /**
     * Adds an entry for a verdict on frames. One that rejects them copies some to the controller, which tells their
     * senders so.
     *
     * @param allow what an entry that allows them does
     */
    public void judge(Table table, int priority, Match match, Acl.Verdict verdict, Instructions allow, Reason reason) {
        judge(table, priority, match, verdict, allow, reason, cookie(reason));
    }

    /** Likewise, for a numbered reason, see {@link #add}. */
    public void judge(
            Table table,
            int priority,
            Match match,
            Acl.Verdict verdict,
            Instructions allow,
            Reason reason,
            int list,
            int item) {
        judge(
                table,
                priority,
                match,
                verdict,
                allow,
                reason,
                Cookies.of(app.number(), list, item, verdict != Acl.Verdict.ALLOW));
    }

    /**
     * A numbered verdict, see {@link #judge(Table, int, Match, Acl.Verdict, Instructions, Reason, int, int)}. Each has
     * its priority in the table to itself, if it may become a conjunction.
     */
    public record Verdict(
            Table table, int priority, Acl.Verdict verdict, Instructions allow, Reason reason, int list, int item) {}

    /**
     * Adds entries for a verdict on the frames of a product: one for each combination of its values, or, if it is large,
     * one for each value.
     *
     * @param scopes the frames must also match one of these
     * @param conjunction the id if it is large, see {@link Conjunctions}
     */
    public void judge(Verdict v, List<Match> scopes, Product product, int conjunction) {
        if (!product.isLarge()) {
            product.matches().stream()
                    .flatMap(m -> scopes.stream().flatMap(scope -> scope.and(m).stream()))
                    .distinct()
                    .forEach(m -> judge(v.table, v.priority, m, v.verdict, v.allow, v.reason, v.list, v.item));
            return;
        }
        List<Match> bases = scopes.stream()
                .flatMap(scope -> scope.and(product.base()).stream())
                .distinct()
                .toList();
        if (bases.isEmpty()) {
            return;
        }
        boolean one = bases.size() == 1;
        Product here = new Product(one ? bases.get(0) : product.base(), product.factors());
        List<List<Match>> clauses = new ArrayList<>(here.clauses());
        if (!one) {
            clauses.add(0, bases);
        }
        for (int c = 0; c < clauses.size(); c++) {
            Instructions part = Instructions.apply(new Action.Conjunction(conjunction, c + 1, clauses.size()));
            clauses.get(c).forEach(m -> clause(v, m, part));
        }
        Match all = Match.ALL.with(Field.CONJ_ID, conjunction & 0xffff_ffffL);
        judge(v.table, v.priority, all, v.verdict, v.allow, v.reason, v.list, v.item);
    }

    private void clause(Verdict v, Match match, Instructions part) {
        long cookie = Cookies.of(app.number(), v.list, v.item, v.verdict != Acl.Verdict.ALLOW);
        FlowEntry entry = new FlowEntry(
                v.table.number(),
                v.priority,
                match,
                part,
                v.verdict == Acl.Verdict.REJECT ? cookie | Cookies.REJECT : cookie);
        Table.check(entry);
        program.add(entry, v.reason);
    }

    private void judge(
            Table table,
            int priority,
            Match match,
            Acl.Verdict verdict,
            Instructions allow,
            Reason reason,
            long cookie) {
        switch (verdict) {
            case ALLOW -> add(table, priority, match, allow, reason, cookie);
            case DROP -> add(table, priority, match, Instructions.DROP, reason, cookie);
            case REJECT -> reject(table, priority, match, reason, cookie);
        }
    }

    private void reject(Table table, int priority, Match match, Reason reason, long cookie) {
        Instructions tell = Instructions.apply(copy(Purpose.REJECT, SAMPLE_BYTES, REJECTS_PER_SECOND));
        FlowEntry entry = new FlowEntry(table.number(), priority, match, tell, cookie | Cookies.REJECT);
        Table.check(entry);
        program.add(entry, reason);
    }

    private void add(Table table, int priority, Match match, Instructions instructions, Reason reason, long cookie) {
        if (instructions.isDrop() != reason.isDrop()) {
            throw new IllegalArgumentException("the entry " + (instructions.isDrop() ? "drops" : "does not drop")
                    + ", but its reason is \"" + reason.label() + "\"");
        }
        FlowEntry entry = new FlowEntry(
                table.number(), priority, match, instructions.isDrop() ? sampled(cookie) : instructions, cookie);
        Table.check(entry);
        program.add(entry, reason);
    }

    /** If two reasons have the same hash, the later one takes the next free cookie. */
    private long cookie(Reason reason) {
        int attempt = 0;
        long cookie = Cookies.of(app.number(), reason, attempt);
        while (!program.standsFor(cookie, reason)) {
            cookie = Cookies.of(app.number(), reason, ++attempt);
        }
        return cookie;
    }

    private Instructions sampled(long cookie) {
        Meter meter = new Meter(MeterKind.sample(cookie), true, SAMPLES_PER_SECOND, SAMPLES_PER_SECOND);
        program.add(meter);
        return Instructions.apply(new Action.Output(PortNumber.CONTROLLER, SAMPLE_BYTES))
                .metered(meter.id());
    }
}
