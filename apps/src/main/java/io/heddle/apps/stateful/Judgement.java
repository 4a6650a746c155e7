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
import java.util.TreeMap;

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
     * Everything that the entries of a block of rules depend on.
     *
     * @param list the number of the list in cookies
     * @param first the number, in the list, of the block's first rule
     * @param related whether the entries are for frames that do not look like their connection
     * @param frames what frames of the list's ports have in common
     * @param own the numbers of rules that need some
     */
    record Origin(
            String name,
            int list,
            int first,
            Acl.Block block,
            Acl.Slots slots,
            Stage stage,
            boolean related,
            Set<Acl.Direction> directions,
            Set<Acl.Followed> helpers,
            Match frames,
            RuleNumbers.Of own) {
        Table table() {
            return related ? stage.related : stage.judge;
        }
    }

    static void contribute(FlowSink sink, Judges.Judge judge, RuleNumbers numbers) {
        Acl acl = judge.acl();
        for (int b = 0; b < acl.blocks().size(); b++) {
            Acl.Block block = acl.blocks().get(b);
            Acl.Slots slots = acl.order().blocks().get(b);
            RuleNumbers.Of own = numbers.of(acl.name(), block, slots);
            for (Stage stage : Stage.values()) {
                for (boolean related : new boolean[] {false, true}) {
                    Origin origin = new Origin(
                            acl.name(),
                            judge.number(),
                            b * Acl.Block.SIZE + 1,
                            block,
                            slots,
                            stage,
                            related,
                            acl.directions(),
                            related ? acl.options().helpers() : Set.of(),
                            judge.frames(),
                            own);
                    sink.addAll(origin, part -> rules(origin, part));
                }
            }
        }
        if (acl.dropRest()) {
            for (Stage stage : Stage.values()) {
                rest(sink, judge, stage, stage.judge);
                rest(sink, judge, stage, stage.related);
            }
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

    private static void rules(Origin origin, FlowSink sink) {
        List<Acl.Rule> rules = origin.block.rules();
        Map<Integer, Match> agreed = agreed(origin);
        List<Match> scopes = new ArrayList<>(agreed.values());
        either(origin).ifPresent(scopes::add);
        LaterFragments later = new LaterFragments(sink, origin, scopes);
        for (int i = 0; i < rules.size(); i++) {
            Acl.Rule rule = rules.get(i);
            Verdict verdict = sink.verdict(
                            origin.table(),
                            origin.slots.priority(i),
                            rule.verdict(),
                            origin.stage.allow(),
                            new Reason.AclRule(origin.name, origin.first + i, rule.drop()),
                            origin.list,
                            origin.slots.number(i))
                    .with(rule, origin.own.meter(i));
            int number = i;
            split(
                    origin.directions,
                    origin.stage,
                    verdict,
                    (v, variant, state, reply) -> products(
                            origin, sink, number, v, variant, origin.frames.with(Field.CT_STATE, state), reply));
            agreed.forEach(
                    (variant, frames) -> products(origin, sink, number, verdict.plain(), variant, frames, false));
            if (origin.related) {
                later.add(rule, i);
            }
        }
    }

    /** The frames that a list judges in a stage, in both directions of their connection if it judges both. */
    private static Optional<Match> either(Origin origin) {
        List<Long> replies = replies(origin.directions, origin.stage);
        if (replies.isEmpty()) {
            return Optional.empty();
        }
        Masked state = replies.size() == 1 ? state(replies.get(0)) : StatefulApp.VALID;
        return Optional.of(origin.frames.with(Field.CT_STATE, state));
    }

    /**
     * Frames of connections that others have agreed on, by kind. They may begin on the other side, and then the rules
     * of their agreement hold for them there.
     */
    private static Map<Integer, Match> agreed(Origin origin) {
        Map<Integer, Match> out = new TreeMap<>();
        int variant = 3;
        for (Acl.Followed helper : Acl.Followed.values()) {
            for (long reply : replies(origin.directions, origin.stage)) {
                if (origin.helpers.contains(helper)) {
                    long with = CtState.TRACKED | CtState.RELATED | CtState.REPLY ^ reply;
                    Match frames = origin.frames
                            .with(Field.CT_STATE, Masked.of(with, with | CtState.INVALID | CtState.REPLY))
                            .with(Field.IP_PROTO, helper.protocol());
                    out.put(variant, frames);
                }
                variant++;
            }
        }
        return out;
    }

    /** @param reply whether the frames are replies, and so have the rule's sources as destinations */
    private static void products(
            Origin origin, FlowSink sink, int rule, Verdict verdict, int variant, Match frames, boolean reply) {
        Acl.Rule declared = origin.block.rules().get(rule);
        int row = (origin.stage.ordinal() * 2 + (origin.related ? 1 : 0)) * VARIANTS + variant;
        List<Product> products = declared.products();
        for (int p = 0; p < products.size(); p++) {
            Product product = products.get(p);
            Optional<Product> own = origin.related
                    ? Tuple.of(product).map(t -> declared.drop() ? LaterFragments.spared(t) : t)
                    : reply ? Tuple.reply(product) : Optional.of(product);
            int id = origin.own.conjunction(rule) + row * PRODUCTS + p;
            own.ifPresent(o -> sink.judge(verdict, List.of(frames), o, id));
        }
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
