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
import java.util.HashSet;
import java.util.List;
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
    private final Set<Product> seen = new HashSet<>();

    /** @param scopes the frames that the list judges in this stage */
    LaterFragments(FlowSink sink, Judgement.Where where, List<Match> scopes) {
        this.sink = sink;
        this.scopes = scopes.stream().map(m -> m.with(Field.IP_FRAG, LATER)).toList();
        Reason reason = Reason.note(
                "later-fragments", "acl " + where.name() + ": later fragments of what rules may allow", where.name());
        this.verdict =
                sink.verdict(where.table(), 0, Acl.Verdict.ALLOW, where.stage().allow(), reason, where.list(), ITEM);
    }

    /** A product of connections that are dropped, without their later fragments if it asks for ports. */
    static Product spared(Product connections) {
        return asksForPorts(connections)
                ? new Product(connections.base().with(Field.IP_FRAG, NOT_LATER), connections.factors())
                : connections;
    }

    /**
     * Adds the entries of a rule. Must be called for all rules of a block in their order: of several rules that differ
     * in nothing but their ports, the first one has entries.
     *
     * @param priority the rule's
     */
    void add(Acl.Rule rule, int priority) {
        Verdict at = verdict.at(priority);
        for (Product product : rule.products()) {
            boolean large = product.isLarge();
            Product connections = Tuple.of(large ? sketch(product) : product).orElse(null);
            if (connections == null || rule.drop() && asksForPorts(connections)) {
                continue;
            }
            Product any = withoutPorts(connections, large);
            if (seen.add(any) && asksForPorts(connections)) {
                any.matches().forEach(m -> sink.judge(at, scopes, Product.of(m), 0));
            }
        }
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

    /** Also without the addresses of a large product, so that it costs one entry more, and not half as many again. */
    private static Product withoutPorts(Product connections, boolean large) {
        Match base = connections.base();
        for (Field port : PORTS) {
            base = base.without(port);
        }
        return new Product(
                base,
                large
                        ? List.of()
                        : connections.factors().stream()
                                .filter(f -> !PORTS.contains(f.field()))
                                .toList());
    }
}
