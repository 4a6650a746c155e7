package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.RuleNumbers;
import io.heddle.apps.Verdict;
import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The entries of one list in the tables that judge. */
final class Judgement {
    /** The most products of a rule, and the most kinds of frames for which one table has entries. */
    private static final int PRODUCTS = 8;

    private static final int VARIANTS = RuleNumbers.EACH / PRODUCTS / Stage.values().length / 2;

    /** Frames of connections that nobody has answered yet, and the others of the same direction. */
    private static final Masked BEGIN =
            Masked.of(CtState.TRACKED | CtState.NEW, CtState.TRACKED | CtState.NEW | CtState.INVALID | CtState.REPLY);

    private static final Masked GO_ON =
            Masked.of(CtState.TRACKED, CtState.TRACKED | CtState.NEW | CtState.INVALID | CtState.REPLY);

    private Judgement() {}

    /**
     * What the entries of a list's rules in one table have in common.
     *
     * @param list the number of the list in cookies
     * @param related whether the entries are for frames that do not look like their connection
     * @param frames what frames of the list's ports have in common
     */
    record Where(
            String name,
            int list,
            Stage stage,
            boolean related,
            Set<Acl.Direction> directions,
            Set<Acl.Followed> helpers,
            Match frames) {
        Table table() {
            return related ? stage.related : stage.judge;
        }

        /** What tells most apart: there are very many lookups by it. */
        @Override
        public int hashCode() {
            return (name.hashCode() * 31 + table().number()) * 31 + frames.hashCode();
        }
    }

    /** Everything that the entries of all rules of a list depend on. @param own the numbers of rules that need some */
    private record Whole(
            Where where, List<Acl.Block> blocks, List<Acl.Slots> slots, List<RuleNumbers.Of> own, Locals locals) {}

    /**
     * Everything that the entries of a rule depend on.
     *
     * @param position the rule's place in the list, from 1
     * @param shares what concerns hosts here of connections that begin in a direction
     * @param number the rule's number, which stays while the rule does
     * @param conjunction the first id of its conjunctions
     * @param meter the number of its meter
     */
    record One(
            Where where,
            int position,
            Acl.Rule rule,
            Map<Acl.Direction, List<LocalRules.Share>> shares,
            int number,
            int priority,
            int conjunction,
            int meter) {
        /** This rule for all hosts: what switches share. */
        One everywhere() {
            return new One(where, position, rule, Map.of(), number, priority, conjunction, meter);
        }
    }

    /**
     * Everything that the entries for one product of a rule depend on.
     *
     * @param variant the number of the frames among the kinds of frames
     * @param began the direction in which the connection of the frames began
     */
    private record OfProduct(One rule, int variant, Acl.Direction began, int product) {}

    static void contribute(FlowSink sink, Judges.Judge judge, List<RuleNumbers.Of> own) {
        Acl acl = judge.acl();
        LocalRules local = LocalRules.of(sink, judge.locals(), acl.directions());
        Locals concerned = local.concerning(acl.blocks());
        for (Stage stage : Stage.values()) {
            for (boolean related : new boolean[] {false, true}) {
                // The same object each time: rules are compared by it very often.
                Where where = sink.kept(
                        new Where(
                                acl.name(),
                                judge.number(),
                                stage,
                                related,
                                acl.directions(),
                                related ? acl.options().helpers() : Set.of(),
                                judge.frames()),
                        w -> w);
                Whole whole = new Whole(where, acl.blocks(), acl.order().blocks(), own, concerned);
                sink.addAll(whole, part -> blocks(whole, local, part));
            }
        }
        if (acl.dropRest()) {
            for (Stage stage : Stage.values()) {
                rest(sink, judge, stage, stage.judge);
                rest(sink, judge, stage, stage.related);
            }
        }
    }

    private static void blocks(Whole list, LocalRules local, FlowSink sink) {
        for (int b = 0; b < list.blocks.size(); b++) {
            Acl.Block block = list.blocks.get(b);
            JudgedBlock some = new JudgedBlock(
                    list.where,
                    b * Acl.Block.SIZE + 1,
                    block,
                    list.slots.get(b),
                    list.own.get(b),
                    local.concerning(List.of(block)));
            sink.addAll(some, part -> some.contribute(local, part));
        }
    }

    private static void rest(FlowSink sink, Judges.Judge judge, Stage stage, Table table) {
        Acl acl = judge.acl();
        Verdict verdict = sink.verdict(
                        table, acl.order().rest(), acl.rest(), stage.allow(), new Reason.AclDefault(acl.name()))
                .logged(acl.options().logRest());
        split(
                acl.directions(),
                stage,
                verdict,
                (v, variant, state, reply) -> sink.judge(v, judge.frames().with(Field.CT_STATE, state)));
    }

    /** Takes a verdict on frames in a state. @param variant their number among the kinds of frames */
    private interface Part {
        void judge(Verdict verdict, int variant, Masked state, boolean reply);
    }

    /** Splits a verdict by what frames are to their connection: only what begins one is logged and limited. */
    private static void split(Set<Acl.Direction> directions, Stage stage, Verdict verdict, Part part) {
        for (long reply : replies(directions, stage)) {
            boolean begins = reply == 0 && verdict.isSpecial();
            if (begins) {
                part.judge(verdict, 1, BEGIN, false);
            }
            part.judge(verdict.plain(), reply == 0 ? 0 : 2, begins ? GO_ON : state(reply), reply != 0);
        }
    }

    /** The entries of one rule. */
    static void rule(One one, FlowSink sink) {
        Where where = one.where;
        Verdict verdict = sink.verdict(
                        where.table(),
                        one.priority,
                        one.rule.verdict(),
                        where.stage.allow(),
                        new Reason.AclRule(where.name, one.position, one.rule.drop()),
                        where.list,
                        one.number)
                .with(one.rule, one.meter);
        split(
                where.directions,
                where.stage,
                verdict,
                (v, variant, state, reply) ->
                        products(one, sink, v, variant, where.frames.with(Field.CT_STATE, state), reply));
        agreed(where).forEach(a -> entries(one, sink, verdict.plain(), a.variant, a.frames, a.began, false));
    }

    /** The frames that a list judges in a table. */
    static List<Match> scopes(Where where) {
        List<Match> scopes =
                agreed(where).stream().map(Agreed::frames).collect(Collectors.toCollection(ArrayList::new));
        either(where).ifPresent(scopes::add);
        return scopes;
    }

    /** The frames that a list judges in a stage, in both directions of their connection if it judges both. */
    private static Optional<Match> either(Where where) {
        List<Long> replies = replies(where.directions, where.stage);
        if (replies.isEmpty()) {
            return Optional.empty();
        }
        Masked state = replies.size() == 1 ? state(replies.get(0)) : StatefulApp.VALID;
        return Optional.of(where.frames.with(Field.CT_STATE, state));
    }

    /**
     * Some frames of connections that others have agreed on.
     *
     * @param variant their number among the kinds of frames
     * @param began the direction in which the connection with the agreement began
     */
    private record Agreed(int variant, Match frames, Acl.Direction began) {}

    /**
     * Frames of connections that others have agreed on, by kind. They may begin on the other side, and then the rules
     * of their agreement hold for them there.
     */
    private static List<Agreed> agreed(Where where) {
        List<Agreed> out = new ArrayList<>();
        int variant = 3;
        for (Acl.Followed helper : Acl.Followed.values()) {
            for (long reply : replies(where.directions, where.stage)) {
                if (where.helpers.contains(helper)) {
                    long with = CtState.TRACKED | CtState.RELATED | CtState.REPLY ^ reply;
                    Match frames = where.frames
                            .with(Field.CT_STATE, Masked.of(with, with | CtState.INVALID | CtState.REPLY))
                            .with(Field.IP_PROTO, helper.protocol());
                    out.add(new Agreed(variant, frames, where.stage.began(reply != 0)));
                }
                variant++;
            }
        }
        return out;
    }

    /** @param reply whether the frames are replies, and so have the rule's sources as destinations */
    private static void products(One one, FlowSink sink, Verdict verdict, int variant, Match frames, boolean reply) {
        boolean swapped = reply && !one.where.related;
        entries(one, sink, verdict, variant, frames, one.where.stage.began(reply), swapped);
    }

    /**
     * @param began the direction in which the connection of the frames began
     * @param swapped whether the frames are judged by their headers, and have the rule's sources as destinations
     */
    private static void entries(
            One one, FlowSink sink, Verdict verdict, int variant, Match frames, Acl.Direction began, boolean swapped) {
        for (LocalRules.Share share : one.shares.getOrDefault(began, List.of())) {
            int id = one.conjunction + row(one.where, variant) * PRODUCTS + share.number();
            Optional<Product> here = form(one, share.here(), swapped);
            if (!share.isPartOfLarge()) {
                here.ifPresent(h -> sink.judge(verdict, List.of(frames), h, id));
                continue;
            }
            Optional<Product> whole = form(one, share.whole(), swapped).flatMap(w -> w.and(frames));
            Optional<Product> part = here.flatMap(h -> h.and(frames));
            if (whole.isPresent() && part.isPresent()) {
                OfProduct origin = new OfProduct(one.everywhere(), variant, began, share.number());
                conjunction(sink, verdict, origin, whole.get(), part.get(), id);
            }
        }
    }

    private static int row(Where where, int variant) {
        return (where.stage.ordinal() * 2 + (where.related ? 1 : 0)) * VARIANTS + variant;
    }

    /** A product as the frames of a table have it. */
    private static Optional<Product> form(One one, Product product, boolean swapped) {
        return one.where.related
                ? Tuple.of(product).map(t -> one.rule.drop() ? LaterFragments.spared(t) : t)
                : swapped ? Tuple.reply(product) : Optional.of(product);
    }

    /**
     * A conjunction of which one clause names hosts here. All switches have the others alike.
     *
     * @param part differs from {@code whole} in the values of one factor
     */
    private static void conjunction(
            FlowSink sink, Verdict verdict, OfProduct origin, Product whole, Product part, int id) {
        int all = whole.factors().size();
        int local = IntStream.range(0, all)
                .filter(f -> whole.factors().get(f).values().size()
                        != part.factors().get(f).values().size())
                .findFirst()
                .orElseThrow();
        sink.clause(verdict, part.clause(part.factors().get(local)), id, local, all);
        sink.addAll(origin, shared -> {
            for (int f = 0; f < all; f++) {
                if (f != local) {
                    shared.clause(verdict, whole.clause(whole.factors().get(f)), id, f, all);
                }
            }
            shared.outcome(verdict, id);
        });
    }

    /**
     * Frames in which direction of their connection a list judges in a stage: {@link CtState#REPLY} for those against
     * the direction in which it began, 0 for the others.
     */
    private static List<Long> replies(Set<Acl.Direction> begins, Stage stage) {
        boolean from = begins.contains(Acl.Direction.FROM);
        boolean to = begins.contains(Acl.Direction.TO);
        List<Long> out = new ArrayList<>();
        if (stage == Stage.FROM ? from : to) {
            out.add(0L);
        }
        if (stage == Stage.FROM ? to : from) {
            out.add(CtState.REPLY);
        }
        return out;
    }

    private static Masked state(long reply) {
        return Masked.of(CtState.TRACKED | reply, CtState.TRACKED | CtState.INVALID | CtState.REPLY);
    }
}
