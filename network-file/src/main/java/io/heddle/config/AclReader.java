package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Placement;
import io.heddle.flows.order.RuleOrder;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Nearest;
import io.heddle.flows.program.Product;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads access lists. The match of a rule is ovs-ofctl syntax, or a mapping of words (see {@link MatchWords}). */
final class AclReader {
    /** The most rules of all lists together. A switch has room for more. */
    private static final int MOST_RULES = 200_000;
    /** The most matches of all rules together, for the memory of Heddle and of switches. */
    private static final int MOST_MATCHES = 1_000_000;

    private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,6})/s");

    private final NetworkModel model;
    private final Basis basis;
    private final List<Problem> problems;
    private final Set<String> listNames = new HashSet<>();
    private final AddressNames names;
    private final ScopeReader scopes;
    /** Whether the hosts, and so their ports, are the same as in the earlier reading. */
    private final Supplier<Boolean> samePorts;
    /** The names that stand for other addresses than in the earlier reading. */
    private final Supplier<Set<String>> changed;
    /** The lists in the file. */
    private final List<Yaml> places = new ArrayList<>();

    private int rates;
    private int count;
    private long matches;

    AclReader(NetworkModel model, Basis basis, AddressNames names, List<Problem> problems) {
        this.model = Placement.assume(model);
        this.names = names;
        this.basis = basis;
        this.samePorts = Suppliers.memoize(
                () -> model.hosts().equals(basis.hosts()) && model.roaming().equals(basis.roaming()));
        this.problems = problems;
        scopes = new ScopeReader(model, names, problems);
        changed = Suppliers.memoize(() -> names.changed(basis.names()));
    }

    Acl read(Yaml y) {
        String name = y.text("name", "");
        if (!name.isEmpty() && !listNames.add(name)) {
            problems.add(y.get("name")
                    .get()
                    .problem("there is already an acl named " + name
                            + ": drops are counted by this name, so give each list its own"));
        }
        List<Acl.Block> blocks = y.get("rules")
                .filter(Yaml::isList)
                .map(rules -> blocks(rules, basis.acl(name)))
                .orElse(List.of());
        Acl.Verdict rest = verdict(y, "default", Acl.Verdict.ALLOW);
        if (blocks.isEmpty()
                && rest == Acl.Verdict.ALLOW
                && y.get("connection-limit").isEmpty()) {
            problems.add(y.problem("has neither rules nor default: drop, so it does nothing"));
        }
        places.add(y);
        boolean stateful = y.text("stateful", "false").equals("true");
        Acl acl = new Acl(
                name,
                scopes.read(y),
                stateful,
                directions(y, stateful),
                blocks,
                rest,
                options(y, stateful, rest),
                Acl.Order.NONE);
        if (stateful) {
            new StatefulCheck(model, y, acl, problems).run();
        }
        return acl;
    }

    private static Acl.Verdict verdict(Yaml y, String key, Acl.Verdict otherwise) {
        return switch (y.text(key, "")) {
            case "allow" -> Acl.Verdict.ALLOW;
            case "drop" -> Acl.Verdict.DROP;
            case "reject" -> Acl.Verdict.REJECT;
            default -> otherwise;
        };
    }

    private Acl.Options options(Yaml y, boolean stateful, Acl.Verdict rest) {
        boolean log = y.text("log-default", "false").equals("true");
        if (log && rest == Acl.Verdict.ALLOW) {
            problems.add(y.get("log-default")
                    .get()
                    .problem("needs default: drop or default: reject: an open list decides"
                            + " nothing about other frames"));
        }
        Set<Acl.Followed> helpers = EnumSet.noneOf(Acl.Followed.class);
        y.get("helpers")
                .map(Yaml::items)
                .orElse(List.of())
                .forEach(h -> helpers.add(h.text().equals("tftp") ? Acl.Followed.TFTP : Acl.Followed.FTP));
        for (String key : stateful ? new String[0] : new String[] {"helpers", "invalid", "connection-limit"}) {
            y.get(key)
                    .ifPresent(at -> problems.add(
                            at.problem("needs stateful: true: a stateless list judges each frame" + " by itself")));
        }
        return new Acl.Options(log, y.text("invalid", "drop").equals("allow"), helpers, connectionLimit(y));
    }

    private static long connectionLimit(Yaml y) {
        // The schema check refuses other values.
        return y.get("connection-limit")
                .filter(Yaml::isInteger)
                .map(Yaml::integer)
                .orElse(Acl.Options.UNLIMITED);
    }

    private Set<Acl.Direction> directions(Yaml y, boolean stateful) {
        String direction = y.text("direction", stateful ? "to" : "from");
        if (!stateful && !direction.equals("from")) {
            problems.add(y.get("direction")
                    .get()
                    .problem("needs stateful: true; a stateless list judges frames from the ports of its scope"));
        }
        return switch (direction) {
            case "to" -> EnumSet.of(Acl.Direction.TO);
            case "both" -> EnumSet.allOf(Acl.Direction.class);
            default -> EnumSet.of(Acl.Direction.FROM);
        };
    }

    private List<Acl.Block> blocks(Yaml rules, Basis.Known known) {
        List<Acl.Block> blocks = new ArrayList<>();
        int size = rules.node().size();
        if (count <= MOST_RULES && count + size > MOST_RULES) {
            problems.add(rules.item(MOST_RULES - count)
                    .problem("is rule number " + (MOST_RULES + 1) + ": " + MOST_RULES + " are possible in all"));
        }
        count += size;
        for (int from = 0; from < size && matches <= MOST_MATCHES; from += Acl.Block.SIZE) {
            int to = Math.min(from + Acl.Block.SIZE, size);
            Acl.Block block = block(rules, from, to, known);
            blocks.add(block);
            matches += block.cost();
            if (matches > MOST_MATCHES) {
                problems.add(rules.item(to - 1)
                        .problem("the rules up to this one stand for " + matches + " matches: " + MOST_MATCHES
                                + " are possible in all"));
            }
        }
        return blocks;
    }

    /** Reads some rules of a list. Returns the block of the earlier reading if none of its rules has changed. */
    private Acl.Block block(Yaml rules, int from, int to, Basis.Known known) {
        int number = from / Acl.Block.SIZE;
        Acl.Block before = known != null && number < known.acl().blocks().size()
                ? known.acl().blocks().get(number)
                : null;
        if (before != null
                && before.rules().size() == to - from
                && rules.node().isSame(from, to, known.rules())
                && !mentionsChanged(rules.node(), from, to)
                && (before.inPorts().isEmpty() || samePorts.get())) {
            return before;
        }
        List<Acl.Rule> read = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int was = known == null ? -1 : rules.node().same(i, known.rules());
            Acl.Rule rule = was < 0 ? null : known.acl().rules().get(was);
            boolean kept = rule != null
                    && (rule.inPort() == null || samePorts.get())
                    && !mentionsChanged(rules.node(), i, i + 1);
            read.add(kept ? rule : rule(rules.item(i)));
        }
        return new Acl.Block(read);
    }

    /** Whether some of these rules use names that stand for other addresses than in the earlier reading. */
    private boolean mentionsChanged(YamlNode rules, int from, int to) {
        boolean mentions = false;
        for (int i = from; i < to && !mentions && !changed.get().isEmpty(); i++) {
            mentions = AddressWords.mentions(rules.child(i), changed.get());
        }
        return mentions;
    }

    /** The lists with priorities. Those that were read before keep theirs. */
    List<Acl> ordered(List<Acl> lists) {
        if (!problems.isEmpty()) {
            return lists;
        }
        tooMany(lists);
        try {
            return RuleOrder.assign(lists, basis.acls());
        } catch (RuleOrder.NoneLeft e) {
            Yaml list = places.get(e.list());
            problems.add(list.get("rules")
                    .filter(rules -> e.rule() < rules.node().size())
                    .map(rules -> rules.item(e.rule()))
                    .orElse(list)
                    .problem(e.getMessage()));
            return lists;
        }
    }

    /** A switch has bits for so many lists of several ports each. */
    private void tooMany(List<Acl> lists) {
        if (lists.stream().filter(Acl::stateful).count() <= Acl.MOST_WIDE) {
            return;
        }
        for (NetworkModel.Place place : model.places()) {
            int wide = 0;
            for (int i = 0; i < lists.size() && wide <= Acl.MOST_WIDE; i++) {
                Acl acl = lists.get(i);
                long ports = !acl.stateful()
                        ? 0
                        : place.bridge().ports().values().stream()
                                .mapToLong(p -> acl.networks(place, p).size())
                                .sum();
                wide += ports > 1 ? 1 : 0;
                if (wide > Acl.MOST_WIDE) {
                    problems.add(places.get(i)
                            .problem("is stateful list number " + wide + " that judges several ports of " + place + ": "
                                    + Acl.MOST_WIDE + " are possible, and any number of lists for single ports"));
                    return;
                }
            }
        }
    }

    private Acl.Rule rule(Yaml y) {
        List<Product> products = new ArrayList<>();
        String[] inPort = new String[1];
        y.get("match").ifPresent(m -> {
            products.addAll(products(m, port -> {
                inPort[0] = port;
                return OptionalInt.of(0);
            }));
            // A file without hosts may hold lists for switches that no file declares, and so name undeclared ports.
            if (inPort[0] != null && !model.hosts().isEmpty() && !scopes.ports().contains(inPort[0])) {
                problems.add(m.problem(Nearest.unknown("port", inPort[0], scopes.ports())));
            }
            products.forEach(p -> refuseInternals(m, p.base()));
        });
        List<Product> withoutPort = inPort[0] == null
                ? products
                : products.stream()
                        .map(p -> new Product(p.base().without(Field.IN_PORT), p.factors()))
                        .toList();
        Acl.Verdict verdict = verdict(y, "action", Acl.Verdict.DROP);
        boolean log = y.text("log", "false").equals("true");
        return new Acl.Rule(withoutPort, inPort[0], verdict, log, rate(y, verdict));
    }

    /** The most connections or frames in a second; 0 for any number. */
    private int rate(Yaml y, Acl.Verdict verdict) {
        Optional<Yaml> given = y.get("rate");
        if (given.isEmpty()) {
            return 0;
        }
        if (verdict != Acl.Verdict.ALLOW) {
            problems.add(given.get().problem("needs action: allow: it says how many frames a second the rule allows"));
        }
        Matcher m = RATE.matcher(given.get().text());
        if (!m.matches()) {
            // The schema check has told.
            return 0;
        }
        rates++;
        if (rates == Acl.MOST_RATES + 1) {
            problems.add(
                    given.get().problem("is rate number " + rates + ": " + Acl.MOST_RATES + " are possible in all"));
        }
        return Integer.parseInt(m.group(1));
    }

    private List<Product> products(Yaml m, Function<String, OptionalInt> numbers) {
        if (m.isMap()) {
            return MatchWords.read(m, names, numbers, problems);
        }
        try {
            return List.of(Product.of(FlowText.parseMatch(m.text(), numbers)));
        } catch (FlowSyntaxException e) {
            problems.add(m.problem(e.getMessage()));
            return List.of();
        }
    }

    /**
     * Refuses matches on fields that the pipeline uses itself: such a rule could break with the next version of Heddle.
     */
    private void refuseInternals(Yaml at, Match match) {
        for (Field f : List.of(
                Field.METADATA, Field.TUN_ID, Field.TUN_SRC, Field.TUN_DST, Field.TUN_IPV6_SRC, Field.TUN_IPV6_DST)) {
            if (match.has(f)) {
                problems.add(at.problem(f.text() + " is Heddle's own: name networks with on: {networks: […]}"));
            }
        }
    }
}
