package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.RuleNumbers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.program.FlowProgram;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A block of rules in one table that judges: everything that its entries depend on. Most changes replace few of its
 * rules. So it remembers the parts of its rules, and the next version of the block takes over those of the rules that
 * have stayed, without looking each of them up.
 */
final class JudgedBlock {
    private final Judgement.Where where;
    private final int first;
    private final Acl.Block block;
    private final Acl.Slots slots;
    private final RuleNumbers.Of own;
    private final Locals locals;
    private final int hash;
    /** By rule; null until {@link #contribute} has ended. */
    private volatile Made[] made;

    /** Which blocks are versions of the same one. */
    private record Place(Judgement.Where where, int first, Locals locals) {}

    /**
     * What a rule has become.
     *
     * @param shares see {@link Judgement.One}
     * @param part its entries, null for none, or if they are among the block's own
     * @param isWhole whether {@code part} has all its entries, so that another block can take it over
     * @param hasSmall whether some of its products here are not large
     */
    private record Made(
            Map<Acl.Direction, List<LocalRules.Share>> shares,
            FlowProgram.Part part,
            boolean isWhole,
            boolean hasSmall) {}

    /**
     * @param first the number, in the list, of the block's first rule
     * @param slots the numbers and priorities of its rules
     * @param own the numbers of those rules that need some
     * @param locals the hosts that its entries depend on
     */
    JudgedBlock(Judgement.Where where, int first, Acl.Block block, Acl.Slots slots, RuleNumbers.Of own, Locals locals) {
        this.where = where;
        this.first = first;
        this.block = block;
        this.slots = slots;
        this.own = own;
        this.locals = locals;
        this.hash = Objects.hash(where, first, block, slots, own, locals);
    }

    /** Adds the entries of its rules. Called once, by one thread. */
    void contribute(LocalRules local, FlowSink sink) {
        JudgedBlock before =
                sink.replaced(new Place(where, first, locals), this).orElse(this);
        Made[] had = Objects.requireNonNullElse(before.made, new Made[0]);
        LaterFragments later = new LaterFragments(sink, where, block, Judgement.scopes(where));
        Made[] all = new Made[block.rules().size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < had.length && had[i].isWhole && hasAlike(before, i)
                    ? again(had[i], sink)
                    : make(i, local, sink);
            // Also for a rule that concerns no host here: the entry for its large products is that of others, too.
            if (where.related() && (all[i].hasSmall || later.hasLarge(i))) {
                later.add(i, block.rules().get(i), all[i].shares.values(), slots.priority(i));
            }
        }
        made = all;
    }

    private Made again(Made had, FlowSink sink) {
        if (had.part != null) {
            sink.add(had.part);
        }
        return had;
    }

    private Made make(int i, LocalRules local, FlowSink sink) {
        Judgement.One one = one(i, local);
        boolean none = one.shares().isEmpty();
        boolean wide = !none && one.rule().isWide();
        FlowProgram.Part part = wide ? sink.addAll(one, p -> Judgement.rule(one, p)) : null;
        if (!none && !wide) {
            Judgement.rule(one, sink);
        }
        boolean small = one.shares().values().stream()
                .flatMap(List::stream)
                .anyMatch(s -> !s.whole().isLarge());
        return new Made(one.shares(), part, none || wide, small);
    }

    private Judgement.One one(int i, LocalRules local) {
        Acl.Rule rule = block.rules().get(i);
        return new Judgement.One(
                where,
                first + i,
                rule,
                local.of(rule),
                slots.number(i),
                slots.priority(i),
                own.conjunction(i),
                own.meter(i));
    }

    /** Whether another version of the block has the same rule with the same numbers. */
    private boolean hasAlike(JudgedBlock other, int i) {
        return block.rules().get(i) == other.block.rules().get(i)
                && slots.number(i) == other.slots.number(i)
                && slots.priority(i) == other.slots.priority(i)
                && own.conjunction(i) == other.own.conjunction(i)
                && own.meter(i) == other.own.meter(i);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof JudgedBlock b
                && first == b.first
                && where.equals(b.where)
                && locals.equals(b.locals)
                && slots.equals(b.slots)
                && own.equals(b.own)
                && block.equals(b.block);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
