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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Takes the entries of one app, checks them against the pipeline and sets their cookies. */
public final class FlowSink {
    private static final int SAMPLES_PER_SECOND = 1;
    /** Senders of one switch that are told so. Others wait, as if their frames were only dropped. */
    private static final int REJECTS_PER_SECOND = 200;
    /** Decisions of access lists that one switch logs. */
    private static final int LOGS_PER_SECOND = 100;
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

    /** The numbers of rules that need some. */
    public RuleNumbers numbers(List<Acl> lists) {
        return RuleNumbers.of(lists, parts);
    }

    /** See {@link ProgramCache#kept}. */
    public <K, V> V kept(K key, Function<K, V> maker) {
        return parts.kept(key, maker);
    }

    /** See {@link ProgramCache#derived}. */
    public <K, V> V derived(K source, Function<K, V> maker) {
        return parts.derived(source, maker);
    }

    /**
     * Adds entries that depend only on {@code origin}. If this or another switch has entries of an equal origin, reuses
     * them instead of calling {@code maker}. No other entry may have a priority between the highest and the lowest of
     * these entries, and their reasons must be numbered. The entries may have origins themselves.
     *
     * @param origin has {@code equals} by value
     * @return the part that has the entries
     */
    public FlowProgram.Part addAll(Object origin, Consumer<FlowSink> maker) {
        FlowProgram.Part part = parts.of(List.of(app.number(), origin), () -> {
            FlowProgram.Builder alone = new FlowProgram.Builder();
            maker.accept(new FlowSink(alone, app, parts));
            return alone.part();
        });
        program.add(part);
        return part;
    }

    /** Adds a part that {@link #addAll} has made: its origin has stayed. */
    public void add(FlowProgram.Part part) {
        program.add(part);
    }

    /**
     * Notes what is now the last origin of a place, such as the last version of a piece of a list.
     *
     * @param place has {@code equals} by value
     * @return the last one before, if a program still has its entries
     */
    public <T> Optional<T> replaced(Object place, T origin) {
        return parts.replaced(List.of(app.number(), place), origin);
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
     * Adds an entry whose frames end at the controller, which answers them or finds out more.
     *
     * @param perSecond see {@link #copy}
     * @param reason why; it is no drop reason
     */
    public void hand(Table table, int priority, Match match, Purpose purpose, int perSecond, Reason reason) {
        Instructions hand = Instructions.apply(copy(purpose, Action.Copy.WHOLE, perSecond));
        put(table, priority, match, hand, reason, cookie(reason));
    }

    /** A verdict by a reason of its own. */
    public Verdict verdict(Table table, int priority, Acl.Verdict does, Instructions allow, Reason reason) {
        return new Verdict(table, priority, does, allow, reason, cookie(reason), false, Optional.empty());
    }

    /** A verdict by a numbered reason, see {@link #add}. */
    public Verdict verdict(
            Table table, int priority, Acl.Verdict does, Instructions allow, Reason reason, int list, int item) {
        long cookie = Cookies.of(app.number(), list, item, does != Acl.Verdict.ALLOW);
        return new Verdict(table, priority, does, allow, reason, cookie, false, Optional.empty());
    }

    /**
     * Adds entries for a verdict on the frames of a product: one for each combination of its values, or, if it is
     * large, one for each value.
     *
     * @param scopes the frames must also match one of these
     * @param conjunction the id if it is large, see {@link RuleNumbers}
     */
    public void judge(Verdict v, List<Match> scopes, Product product, int conjunction) {
        if (product.isLarge()) {
            conjunction(v, scopes, product, conjunction);
        } else {
            List<Match> matches = scopes.stream()
                    .flatMap(scope -> product.and(scope).stream())
                    .flatMap(both -> both.matches().stream())
                    .toList();
            (scopes.size() == 1 ? matches : new LinkedHashSet<>(matches)).forEach(m -> judge(v, m));
        }
    }

    private void conjunction(Verdict v, List<Match> scopes, Product product, int id) {
        List<Match> bases = scopes.stream()
                .flatMap(scope -> scope.and(product.base()).stream())
                .distinct()
                .toList();
        if (bases.isEmpty()) {
            return;
        }
        boolean one = bases.size() == 1;
        List<List<Match>> clauses =
                new ArrayList<>(new Product(one ? bases.get(0) : product.base(), product.factors()).clauses());
        if (!one) {
            clauses.add(0, bases);
        }
        for (int c = 0; c < clauses.size(); c++) {
            clause(v, clauses.get(c), id, c, clauses.size());
        }
        outcome(v, id);
    }

    /**
     * Adds the entries of one clause of a conjunction. A program may also have the others, and the outcome, from parts
     * that it shares.
     *
     * @param values matches of the clause: a frame of the product matches one of them
     * @param number the clause's place, from 0
     * @param all the number of clauses
     */
    public void clause(Verdict v, List<Match> values, int id, int number, int all) {
        Instructions part = Instructions.apply(new Action.Conjunction(id, number + 1, all));
        values.forEach(m -> put(v.table(), v.priority(), m, part, v.reason(), v.cookie()));
    }

    /** Adds the entry for the verdict on frames that match all clauses of a conjunction. */
    public void outcome(Verdict v, int id) {
        judge(v, Match.ALL.with(Field.CONJ_ID, id & 0xffff_ffffL));
    }

    /**
     * Adds an entry for a verdict. One that rejects frames copies some to the controller, which tells their senders so;
     * one that logs them copies some, too.
     */
    public void judge(Verdict v, Match match) {
        long cookie = v.log() ? v.cookie() | Cookies.LOG : v.cookie();
        switch (v.does()) {
            case ALLOW -> add(v.table(), v.priority(), match, allowed(v), v.reason(), cookie);
            case DROP -> {
                Instructions does = v.log() ? Instructions.apply(logged()) : sampled(cookie);
                put(v.table(), v.priority(), match, does, v.reason(), cookie);
            }
            case REJECT -> {
                Instructions tell = Instructions.apply(copy(Purpose.REJECT, SAMPLE_BYTES, REJECTS_PER_SECOND));
                put(v.table(), v.priority(), match, tell, v.reason(), cookie | Cookies.REJECT);
            }
        }
    }

    private Instructions allowed(Verdict v) {
        v.limit().ifPresent(program::add);
        Instructions does =
                v.log() ? Instructions.apply(logged()).then(v.allow().next()) : v.allow();
        return v.limit().isPresent() ? does.metered(v.limit().get().id()) : does;
    }

    private Action logged() {
        return copy(Purpose.LOG, SAMPLE_BYTES, LOGS_PER_SECOND);
    }

    private void put(Table table, int priority, Match match, Instructions does, Reason reason, long cookie) {
        FlowEntry entry = new FlowEntry(table.number(), priority, match, does, cookie);
        Table.check(entry);
        program.add(entry, reason);
    }

    private void add(Table table, int priority, Match match, Instructions instructions, Reason reason, long cookie) {
        if (instructions.isDrop() != reason.isDrop()) {
            throw new IllegalArgumentException("the entry " + (instructions.isDrop() ? "drops" : "does not drop")
                    + ", but its reason is \"" + reason.label() + "\"");
        }
        put(table, priority, match, instructions.isDrop() ? sampled(cookie) : instructions, reason, cookie);
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
