package io.heddle.apps.stateful;

import io.heddle.apps.Conjunctions;
import io.heddle.apps.FlowSink;
import io.heddle.flows.model.Acl;
import io.heddle.flows.program.CtState;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries of one list in the tables that judge. */
final class Judgement {
    private static final int PRODUCTS = Conjunctions.EACH / 4;

    private Judgement() {}

    /**
     * Everything that the entries of a block of rules depend on.
     *
     * @param list the number of the list in cookies
     * @param first the number, in the list, of the block's first rule
     * @param frames what frames of the list's ports have in common
     * @param ids the first id of each rule's conjunctions; empty if no rule needs any
     */
    private record Origin(
            String name,
            int list,
            int first,
            Acl.Block block,
            Acl.Slots slots,
            Stage stage,
            Set<Acl.Direction> directions,
            Match frames,
            List<Integer> ids) {}

    static void contribute(FlowSink sink, Judges.Judge judge, Conjunctions conjunctions) {
        Acl acl = judge.acl();
        for (int b = 0; b < acl.blocks().size(); b++) {
            Acl.Block block = acl.blocks().get(b);
            Acl.Slots slots = acl.order().blocks().get(b);
            List<Integer> ids = conjunctions.of(acl.name(), block, slots);
            for (Stage stage : Stage.values()) {
                Origin origin = new Origin(
                        acl.name(),
                        judge.number(),
                        b * Acl.Block.SIZE + 1,
                        block,
                        slots,
                        stage,
                        acl.directions(),
                        judge.frames(),
                        ids);
                sink.addAll(origin, part -> rules(origin, part));
            }
        }
        if (acl.dropRest()) {
            Reason reason = new Reason.AclDefault(acl.name());
            for (Stage stage : Stage.values()) {
                for (long reply : replies(acl.directions(), stage)) {
                    Match here = here(judge.frames(), reply);
                    sink.judge(stage.judge, acl.order().rest(), here, acl.rest(), stage.allow(), reason);
                }
            }
        }
    }

    private static void rules(Origin origin, FlowSink sink) {
        List<Acl.Rule> rules = origin.block.rules();
        for (int i = 0; i < rules.size(); i++) {
            Acl.Rule rule = rules.get(i);
            FlowSink.Verdict verdict = new FlowSink.Verdict(
                    origin.stage.judge,
                    origin.slots.priority(i),
                    rule.verdict(),
                    origin.stage.allow(),
                    new Reason.AclRule(origin.name, origin.first + i, rule.drop()),
                    origin.list,
                    origin.slots.number(i));
            for (long reply : replies(origin.directions, origin.stage)) {
                int variant = (origin.stage.ordinal() * 2 + (reply == 0 ? 0 : 1)) * PRODUCTS;
                for (int p = 0; p < rule.products().size(); p++) {
                    Optional<Product> connection = Tuple.of(rule.products().get(p));
                    int id = origin.ids.isEmpty() ? 0 : origin.ids.get(i) + variant + p;
                    connection.ifPresent(c -> sink.judge(verdict, List.of(here(origin.frames, reply)), c, id));
                }
            }
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

    private static Match here(Match frames, long reply) {
        return frames.with(
                Field.CT_STATE, Masked.of(CtState.TRACKED | reply, CtState.TRACKED | CtState.INVALID | CtState.REPLY));
    }
}
