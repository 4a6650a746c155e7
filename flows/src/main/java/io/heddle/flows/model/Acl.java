package io.heddle.flows.model;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ordered list of rules; the first that matches a frame decides. Lists apply in the order of the network file.
 *
 * @param name the name that drops and traces show
 * @param on the scope of the list
 * @param blocks the rules in order, {@value Block#SIZE} per block and the rest in the last. A list with one changed
 *     rule in a hundred thousand shares all blocks but one with the list before, and so what was compiled from them
 * @param dropRest whether to drop frames in scope that no rule matches; otherwise the next list decides
 * @param order the priorities of the rules, see {@link io.heddle.flows.order.RuleOrder}
 */
public record Acl(String name, Scope on, List<Block> blocks, boolean dropRest, Order order) {
    public Acl {
        blocks = List.copyOf(blocks);
    }

    /** This list with other priorities. */
    public Acl with(Order other) {
        return new Acl(name, on, blocks, dropRest, other);
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

        /** @throws IllegalArgumentException for more than {@link #SIZE} rules */
        public Block(List<Rule> rules) {
            this.rules = List.copyOf(rules);
            if (rules.size() > SIZE) {
                throw new IllegalArgumentException(rules.size() + " rules: expected " + SIZE + " at most");
            }
            hash = this.rules.hashCode();
            inPorts = rules.stream().map(Rule::inPort).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
            asksForVlans = rules.stream().anyMatch(r -> r.matches().stream().anyMatch(m -> m.has(Field.VLAN_VID)));
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

        /** Whether the list applies everywhere, even on switches that the network file does not name. */
        public boolean isAll() {
            return networks.isEmpty() && ports.isEmpty() && bridges.isEmpty() && hosts.isEmpty();
        }
    }

    /**
     * One rule.
     *
     * @param matches the frames: any of these; a VLAN in them is that of the frame's network, not its tag
     * @param inPort the name of the ingress port, or null for any
     * @param drop whether to drop the frames; otherwise they pass
     */
    public record Rule(List<Match> matches, String inPort, boolean drop) {
        public Rule {
            matches = List.copyOf(matches);
        }
    }
}
