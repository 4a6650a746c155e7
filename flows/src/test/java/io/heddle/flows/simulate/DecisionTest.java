package io.heddle.flows.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conjunctions. */
class DecisionTest {
    private static final int VALUES = 6;

    /** Random products as conjunctions decide as their single matches do. */
    @Test
    void aConjunctionDecidesAsItsCombinations() {
        int large = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<FlowEntry> single = new ArrayList<>();
            List<FlowEntry> joint = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Product product = product(random);
                large += product.isLarge() ? 1 : 0;
                Instructions does = Instructions.apply(new Action.Output(i + 1));
                int priority = 10 * (random.nextInt(8) * 4 + i);
                product.matches().forEach(m -> single.add(new FlowEntry(0, priority, m, does, 0)));
                conjunction(i + 1, priority, product, does, joint);
            }
            Simulator a = new Simulator(single);
            Simulator b = new Simulator(joint);
            for (int i = 0; i < 50; i++) {
                Frame frame = Frame.of(FlowText.parseMatch("tcp,in_port=1,nw_src=10.0.0." + random.nextInt(VALUES)
                        + ",nw_dst=10.0.0." + random.nextInt(VALUES) + ",tp_dst=" + random.nextInt(VALUES)));
                assertEquals(a.send(frame).emissions(), b.send(frame).emissions(), "seed " + seed + ": " + frame);
            }
        }
        assertTrue(large > 50, large + " large products");
    }

    private static Product product(Random random) {
        List<Product.Factor> factors = new ArrayList<>();
        for (Field f : List.of(Field.IPV4_SRC, Field.IPV4_DST, Field.TCP_DST)) {
            long base = f == Field.TCP_DST ? 0 : 0x0a00_0000L;
            List<Masked> values = IntStream.range(0, VALUES)
                    .filter(v -> random.nextInt(4) > 0)
                    .mapToObj(v -> Masked.exact(f, base + v))
                    .toList();
            factors.add(new Product.Factor(f, values));
        }
        return new Product(FlowText.parseMatch("tcp"), factors);
    }

    private static void conjunction(int id, int priority, Product product, Instructions does, List<FlowEntry> out) {
        List<List<Match>> clauses = product.clauses();
        for (int c = 0; c < clauses.size(); c++) {
            Instructions part = Instructions.apply(new Action.Conjunction(id, c + 1, clauses.size()));
            clauses.get(c).forEach(m -> out.add(new FlowEntry(0, priority, m, part, 0)));
        }
        out.add(new FlowEntry(0, priority, Match.ALL.with(Field.CONJ_ID, id), does, 0));
    }

    @Test
    void withoutAClauseNoFrameMatches() {
        Simulator simulator =
                new Simulator(List.of(FlowText.parseEntry("table=0, priority=1,conj_id=7 actions=output:1")));
        assertTrue(
                simulator.send(Frame.of(FlowText.parseMatch("tcp,in_port=1"))).dropped());
    }

    @ParameterizedTest
    @ValueSource(strings = {"conjunction(1,1/1)", "conjunction(0,1/2)", "conjunction(1,3/2)", "conjunction(1,0/2)"})
    void refusesWhatASwitchWould(String text) {
        assertThrows(IllegalArgumentException.class, () -> FlowText.parseInstructions(text));
    }

    @Test
    void printsWhatItReads() {
        for (String text : List.of("conjunction(4294967232,1/2)", "conjunction(64,2/3),conjunction(128,1/2)")) {
            assertEquals(text, FlowText.instructions(FlowText.parseInstructions(text)));
        }
    }
}
