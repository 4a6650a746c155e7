package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.RuleNumbers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.program.FlowProgram;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
     * @param part its entries, null for a rule whose entries are among the block's own
     */
    private record Made(Map<Acl.Direction, List<LocalRules.Share>> shares, FlowProgram.Part part) {}

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
        Optional<JudgedBlock> before =
                sink.replaced(new Place(where, first, locals), this).filter(b -> b.made != null);
        LaterFragments later = new LaterFragments(sink, where, block, Judgement.scopes(where));
        Made[] all = new Made[block.rules().size()];
        for (int i = 0; i < all.length; i++) {
            Acl.Rule rule = block.rules().get(i);
            int number = i;
            Made had = before.filter(b -> b.hasAlike(this, number))
                    .map(b -> b.made[number])
                    .orElse(null);
            all[i] = had == null ? make(i, local, sink) : again(had, sink);
            if (where.related() && !all[i].shares.isEmpty()) {
                later.add(i, rule, all[i].shares.values(), slots.priority(i));
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
        if (one.shares().isEmpty()) {
            return new Made(one.shares(), null);
        } else if (one.rule().isWide()) {
            return new Made(one.shares(), sink.addAll(one, part -> Judgement.rule(one, part)));
        }
        Judgement.rule(one, sink);
        return new Made(one.shares(), null);
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

    /** Whether a rule has a part that the next version of the block can take over. */
    private boolean hasAlike(JudgedBlock next, int i) {
        return i < made.length
                && block.rules().get(i) == next.block.rules().get(i)
                && (made[i].part != null || made[i].shares.isEmpty())
                && slots.number(i) == next.slots.number(i)
                && slots.priority(i) == next.slots.priority(i)
                && own.conjunction(i) == next.own.conjunction(i)
                && own.meter(i) == next.own.meter(i);
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
