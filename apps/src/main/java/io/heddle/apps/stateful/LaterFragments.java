package io.heddle.apps.stateful;

import io.heddle.apps.FlowSink;
import io.heddle.apps.Verdict;
import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The entries of rules for later fragments. A switch knows the addresses and the protocol of their connection, but not
 * its ports: these are 0 ({@code ct_tp_src}). So a rule that allows some ports allows later fragments of any, and one
 * that forbids some ports says nothing. What passes so without its first fragment is held back
 * ({@link StatefulApp}); the entries here see to it that few have to wait.
 */
final class LaterFragments {
    /** The number, among a list's items, of its reason; the rules of all lists have smaller numbers. */
    private static final int ITEM = Cookies.MOST_ITEMS - 1;

    private static final Masked LATER = Masked.exact(Field.IP_FRAG, Field.FRAGMENT | Field.LATER_FRAGMENT);
    private static final Masked NOT_LATER = Masked.of(0, Field.LATER_FRAGMENT);
    private static final Set<Field> PORTS = Set.of(Field.CT_TP_SRC, Field.CT_TP_DST);

    private final FlowSink sink;
    private final List<Match> scopes;
    private final Verdict verdict;
    /** Of the large products of the block, by rule. */
    private final Map<Integer, List<Match>> large;

    private final Set<Product> seen = new HashSet<>();

    /** @param scopes the frames that the list judges in this stage */
    LaterFragments(FlowSink sink, Judgement.Where where, Acl.Block block, List<Match> scopes) {
        this.sink = sink;
        this.scopes = scopes.stream().map(m -> m.with(Field.IP_FRAG, LATER)).toList();
        Reason reason = Reason.note(
                "later-fragments", "acl " + where.name() + ": later fragments of what rules may allow", where.name());
        this.verdict =
                sink.verdict(where.table(), 0, Acl.Verdict.ALLOW, where.stage().allow(), reason, where.list(), ITEM);
        this.large = sink.derived(block, LaterFragments::large);
    }

    /** A product of connections that are dropped, without their later fragments if it asks for ports. */
    static Product spared(Product connections) {
        return asksForPorts(connections)
                ? new Product(connections.base().with(Field.IP_FRAG, NOT_LATER), connections.factors())
                : connections;
    }

    /**
     * The matches for rules with large products, which follow from the block: of several rules that differ in nothing
     * but their addresses and ports, the first one has one.
     */
    private static Map<Integer, List<Match>> large(Acl.Block block) {
        Map<Integer, List<Match>> out = new HashMap<>();
        Set<Match> seen = new HashSet<>();
        for (int i = 0; i < block.rules().size(); i++) {
            Acl.Rule rule = block.rules().get(i);
            List<Match> own = new ArrayList<>(1);
            for (Product product : rule.products()) {
                if (product.isLarge()) {
                    connections(rule, sketch(product))
                            .filter(c -> seen.add(withoutPorts(c.base())) && asksForPorts(c))
                            .ifPresent(c -> own.add(withoutPorts(c.base())));
                }
            }
            if (!own.isEmpty()) {
                out.put(i, own);
            }
        }
        return out;
    }

    /** The connections of a product; empty if the rule says nothing about their later fragments. */
    private static Optional<Product> connections(Acl.Rule rule, Product product) {
        return Tuple.of(product).filter(c -> !rule.drop() || !asksForPorts(c));
    }

    /** Whether a rule has entries for its large products. @param number the rule's place in the block, from 0 */
    boolean hasLarge(int number) {
        return large.containsKey(number);
    }

    /**
     * Adds the entries of a rule. Must be called for the rules of a block in their order: of several rules that differ
     * in nothing but their ports, the first one has entries.
     *
     * @param number the rule's place in the block, from 0
     * @param shares what of the rule concerns hosts here, in any direction
     * @param priority the rule's
     */
    void add(int number, Acl.Rule rule, Collection<List<LocalRules.Share>> shares, int priority) {
        Verdict at = verdict.at(priority);
        Set<Match> matches = new LinkedHashSet<>(large.getOrDefault(number, List.of()));
        for (List<LocalRules.Share> some : shares) {
            for (LocalRules.Share share : some) {
                if (!share.whole().isLarge()) {
                    connections(rule, share.here())
                            .filter(c -> seen.add(withoutPorts(c)) && asksForPorts(c))
                            .ifPresent(c -> matches.addAll(withoutPorts(c).matches()));
                }
            }
        }
        matches.forEach(m -> sink.judge(at, scopes, Product.of(m), 0));
    }

    private static boolean asksForPorts(Product connections) {
        return PORTS.stream()
                .anyMatch(f -> connections.base().has(f)
                        || connections.factors().stream().anyMatch(x -> x.field() == f));
    }

    /** A product with the same fields and one value of each: all that is asked of a large one. */
    private static Product sketch(Product product) {
        return new Product(
                product.base(),
                product.factors().stream()
                        .map(f -> new Product.Factor(f.field(), f.values().subList(0, 1)))
                        .toList());
    }

    private static Product withoutPorts(Product connections) {
        return new Product(
                withoutPorts(connections.base()),
                connections.factors().stream()
                        .filter(f -> !PORTS.contains(f.field()))
                        .toList());
    }

    private static Match withoutPorts(Match base) {
        Match out = base;
        for (Field port : PORTS) {
            out = out.without(port);
        }
        return out;
    }
}
