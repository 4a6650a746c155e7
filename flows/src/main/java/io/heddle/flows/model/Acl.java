package io.heddle.flows.model;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Product;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An ordered list of rules; the first that matches a frame decides. Lists apply in the order of the network file.
 *
 * @param name the name that drops and traces show
 * @param on the scope of the list
 * @param stateful whether the list judges connections: replies to what it allows pass, and a packet that belongs to no
 *     connection is dropped
 * @param directions the frames that the list judges: those from the ports of its scope, to them, or both. For a
 *     stateful list, the direction in which a connection begins
 * @param blocks the rules in order, {@value Block#SIZE} per block and the rest in the last. A list with one changed
 *     rule in a hundred thousand shares all blocks but one with the list before, and so what was compiled from them
 * @param options further properties
 * @param rest what happens to frames in scope that no rule matches; to allow them means that the next list decides
 * @param order the priorities of the rules, see {@link io.heddle.flows.order.RuleOrder}
 */
public record Acl(
        String name,
        Scope on,
        boolean stateful,
        Set<Direction> directions,
        List<Block> blocks,
        Verdict rest,
        Options options,
        Order order) {
    /** The most rules with a rate that one switch can have. */
    public static final int MOST_RATES = 2048;
    /** The most stateful lists that judge several ports of one bridge each. */
    public static final int MOST_WIDE = 128;

    /** A direction, seen from the ports of a list's scope. */
    public enum Direction {
        /** From the hosts behind the ports. */
        FROM(Field.IPV4_SRC, Field.IPV6_SRC),
        /** To the hosts behind the ports. */
        TO(Field.IPV4_DST, Field.IPV6_DST);

        private final Set<Field> hosts;

        Direction(Field... hosts) {
            this.hosts = Set.of(hosts);
        }

        /** The fields with the addresses of these hosts. */
        public Set<Field> hosts() {
            return hosts;
        }
    }

    /** A protocol that opens further connections, which belong to the one that agrees on them. */
    public enum Followed {
        FTP(6, 21),
        TFTP(17, 69);

        private final int protocol;
        private final int port;

        Followed(int protocol, int port) {
            this.protocol = protocol;
            this.port = port;
        }

        /** The number of the IP protocol. */
        public int protocol() {
            return protocol;
        }

        /** The port of the servers, by which Open vSwitch calls the protocol. */
        public int port() {
            return port;
        }
    }

    /**
     * Properties that few lists have.
     *
     * @param logRest whether what the default decides is logged
     * @param admitInvalid whether packets of no connection pass: there are paths on which a switch sees one direction
     * @param helpers the protocols whose further connections pass, too
     * @param connectionLimit the most connections that a switch remembers for each port in each of its networks, from
     *     1; {@value #UNLIMITED} for any number
     */
    public record Options(boolean logRest, boolean admitInvalid, Set<Followed> helpers, long connectionLimit) {
        /** No limit of a port's connections. */
        public static final long UNLIMITED = 0;

        /** None of them. */
        public static final Options NONE = new Options(false, false, Set.of(), UNLIMITED);

        public Options {
            helpers = Set.copyOf(helpers);
        }
    }

    /** What happens to a frame. */
    public enum Verdict {
        ALLOW,
        DROP,
        /** Drops the frame and tells the sender so. */
        REJECT
    }

    public Acl {
        directions = Set.copyOf(directions);
        blocks = List.copyOf(blocks);
    }

    /** A list that judges each frame from the ports of its scope by itself. */
    public static Acl stateless(String name, Scope on, List<Block> blocks, Verdict rest) {
        return new Acl(name, on, false, EnumSet.of(Direction.FROM), blocks, rest, Options.NONE, Order.NONE);
    }

    /** This list with other priorities. */
    public Acl with(Order other) {
        return new Acl(name, on, stateful, directions, blocks, rest, options, other);
    }

    /** Whether no frame in scope passes on to the next list. */
    public boolean dropRest() {
        return rest != Verdict.ALLOW;
    }

    /**
     * The networks in which a stateful list judges a port of a bridge: those of its scope that the port carries. None
     * for a port that leads to other switches, behind which anybody may be.
     */
    public List<String> networks(NetworkModel.Place place, Port port) {
        if (port.uplink() || !on.covers(place) || !on.covers(place, port)) {
            return List.of();
        }
        return port.networks().stream()
                .filter(n -> on.networks().isEmpty() || on.networks().contains(n))
                .toList();
    }

    /** The rules in order. */
    public List<Rule> rules() {
        int size = blocks.isEmpty()
                ? 0
                : (blocks.size() - 1) * Block.SIZE
                        + blocks.get(blocks.size() - 1).rules().size();
        return new AbstractList<>() {
            @Override
            public Rule get(int index) {
                return blocks.get(Objects.checkIndex(index, size) / Block.SIZE)
                        .rules()
                        .get(index % Block.SIZE);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** Consecutive rules of a list. Immutable. */
    public static final class Block {
        /** The number of rules in each block except the last. */
        public static final int SIZE = 256;

        private final List<Rule> rules;
        private final int hash;
        private final Set<String> inPorts;
        private final boolean asksForVlans;
        private final long cost;
        private final boolean needsNumbers;
        private final Set<Direction> exact;

        /** @throws IllegalArgumentException for more than {@link #SIZE} rules */
        public Block(List<Rule> rules) {
            this.rules = List.copyOf(rules);
            if (rules.size() > SIZE) {
                throw new IllegalArgumentException(rules.size() + " rules: expected " + SIZE + " at most");
            }
            hash = this.rules.hashCode();
            inPorts = rules.stream().map(Rule::inPort).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
            asksForVlans = rules.stream()
                    .flatMap(r -> r.products().stream())
                    .anyMatch(p -> p.base().has(Field.VLAN_VID));
            cost = rules.stream().mapToLong(Rule::cost).sum();
            needsNumbers = rules.stream().anyMatch(r -> r.rate() > 0 || r.isLarge());
            exact = Arrays.stream(Direction.values())
                    .filter(d -> rules.stream().anyMatch(r -> r.namesHosts(d)))
                    .collect(Collectors.toUnmodifiableSet());
        }

        public List<Rule> rules() {
            return rules;
        }

        /** The names of the ingress ports that the rules match. */
        public Set<String> inPorts() {
            return inPorts;
        }

        /** Whether a rule matches the VLAN of a frame. */
        public boolean asksForVlans() {
            return asksForVlans;
        }

        /** The number of flow entries that all rules together take in one place. */
        public long cost() {
            return cost;
        }

        /** Whether some rules need numbers of their own on a switch: those with a rate or a large product. */
        public boolean needsNumbers() {
            return needsNumbers;
        }

        /** Whether a rule matches single addresses of the hosts behind the ports of a list of this direction. */
        public boolean namesHosts(Direction direction) {
            return exact.contains(direction);
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Block b && hash == b.hash && rules.equals(b.rules);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * The places of a list's rules in the order of all rules.
     *
     * @param blocks for each block of the list
     * @param rest the priority of the drop of all other frames, 0 for a list without
     */
    public record Order(List<Slots> blocks, int rest) {
        /** No places yet. */
        public static final Order NONE = new Order(List.of(), 0);

        public Order {
            blocks = List.copyOf(blocks);
        }
    }

    /** The places of the rules of one block. Immutable. */
    public static final class Slots {
        private final int[] numbers;
        private final int[] priorities;
        private final int hash;

        /**
         * @param numbers by rule, a number that no other rule of the list has, and that stays while the rule does
         * @param priorities by rule
         */
        public Slots(int[] numbers, int[] priorities) {
            this.numbers = numbers.clone();
            this.priorities = priorities.clone();
            hash = Arrays.hashCode(numbers) * 31 + Arrays.hashCode(priorities);
        }

        public int number(int rule) {
            return numbers[rule];
        }

        public int priority(int rule) {
            return priorities[rule];
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || other instanceof Slots s
                            && hash == s.hash
                            && Arrays.equals(numbers, s.numbers)
                            && Arrays.equals(priorities, s.priorities);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * The scope of a list: a frame must be in one of the networks, come in by one of the ports, and be on one of the
     * bridges and hosts. An empty set does not restrict. Ports are {@code host/bridge/port} or a bare port name,
     * bridges {@code host/bridge} or a bare bridge name.
     */
    public record Scope(Set<String> networks, Set<String> ports, Set<String> bridges, Set<String> hosts) {
        /** Everywhere. */
        public static final Scope ALL = new Scope(Set.of(), Set.of(), Set.of(), Set.of());

        public Scope {
            networks = Set.copyOf(networks);
            ports = Set.copyOf(ports);
            bridges = Set.copyOf(bridges);
            hosts = Set.copyOf(hosts);
        }

        /** Whether the list applies on a bridge. */
        public boolean covers(NetworkModel.Place place) {
            String bridge = place.bridge().name();
            return (hosts.isEmpty() || hosts.contains(place.host().name()))
                    && (bridges.isEmpty() || bridges.contains(bridge) || bridges.contains(place.toString()));
        }

        /** Whether the list applies to a port of a bridge that it {@linkplain #covers covers}. */
        public boolean covers(NetworkModel.Place place, Port port) {
            return ports.isEmpty() || ports.contains(port.name()) || ports.contains(place + "/" + port.name());
        }

        /** Whether the list applies everywhere, even on switches that the network file does not name. */
        public boolean isAll() {
            return networks.isEmpty() && ports.isEmpty() && bridges.isEmpty() && hosts.isEmpty();
        }
    }

    /** One rule. Immutable. */
    public static final class Rule {
        /** From so many flow entries on, a rule is compiled by itself, apart from the others of its block. */
        private static final int WIDE = 16;

        private final List<Product> products;
        private final String inPort;
        private final Verdict verdict;
        private final boolean log;
        private final int rate;
        private final long cost;
        private final int hash;

        /**
         * @param products the frames: any of these; a VLAN in them is that of the frame's network, not its tag
         * @param inPort the name of the ingress port, or null for any
         * @param verdict what happens to the frames
         * @param log whether frames are logged: the first ones of connections, or, in a stateless list, all
         * @param rate how many of these it allows in a second, 0 for any number; it drops the rest
         */
        public Rule(List<Product> products, String inPort, Verdict verdict, boolean log, int rate) {
            this.products = List.copyOf(products);
            this.inPort = inPort;
            this.verdict = verdict;
            this.log = log;
            this.rate = rate;
            cost = products.stream().mapToLong(Product::cost).sum();
            hash = content().hashCode();
        }

        private List<Object> content() {
            return Arrays.asList(products, inPort, verdict, log, rate);
        }

        public List<Product> products() {
            return products;
        }

        /** The name of the ingress port, or null. */
        public String inPort() {
            return inPort;
        }

        public Verdict verdict() {
            return verdict;
        }

        public boolean log() {
            return log;
        }

        public int rate() {
            return rate;
        }

        /** Whether the rule matches single addresses of the hosts behind the ports of a list of this direction. */
        boolean namesHosts(Direction direction) {
            return products.stream().anyMatch(p -> direction.hosts().stream().anyMatch(f -> p.names(f)));
        }

        /** The frames as single matches: of a large product, one for each combination. */
        public Stream<Match> matches() {
            return products.stream().flatMap(p -> p.matches().stream());
        }

        /** The number of flow entries that it takes in one place. */
        public long cost() {
            return cost;
        }

        /** Whether it takes so many flow entries that programs share them one rule at a time. */
        public boolean isWide() {
            return cost >= WIDE;
        }

        /** Whether some of its products become conjunctions. */
        public boolean isLarge() {
            return products.stream().anyMatch(Product::isLarge);
        }

        /** Whether the frames do not pass. */
        public boolean drop() {
            return verdict != Verdict.ALLOW;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || other instanceof Rule r && hash == r.hash && content().equals(r.content());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
