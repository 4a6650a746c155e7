package io.heddle.flows.model;

import io.heddle.flows.program.Disjoint;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Match;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ordered list of rules; the first that matches a frame decides. Lists are read in the order of the file.
 *
 * @param name what drops and traces call it
 * @param on where it holds
 * @param blocks its rules in order, {@value Block#SIZE} to a block and the rest in the last. Where one rule of a hundred
 *     thousand is changed, all blocks but one are those of the list before, and so is what was made of them
 * @param dropRest whether frames in its scope that no rule matches are dropped; otherwise the next list is asked
 */
public record Acl(String name, Scope on, List<Block> blocks, boolean dropRest) {
    public Acl {
        blocks = List.copyOf(blocks);
    }

    /** Its rules in order. */
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

    /** Some rules that stand one after the other. Immutable. */
    public static final class Block {
        /** Rules in each block of a list but the last. */
        public static final int SIZE = 256;

        private final List<Rule> rules;
        private final int hash;
        private final int priorities;
        private final Set<String> inPorts;
        private final boolean asksForVlans;

        /** @throws IllegalArgumentException for more than {@link #SIZE} rules */
        public Block(List<Rule> rules) {
            this.rules = List.copyOf(rules);
            if (rules.size() > SIZE) {
                throw new IllegalArgumentException(rules.size() + " rules: expected " + SIZE + " at most");
            }
            hash = this.rules.hashCode();
            Disjoint distinct = new Disjoint(SIZE + 1);
            rules.forEach(r -> distinct.next(r.matches()));
            priorities = SIZE + 1 - distinct.lowest();
            inPorts = rules.stream().map(Rule::inPort).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
            asksForVlans = rules.stream().anyMatch(r -> r.matches().stream().anyMatch(m -> m.has(Field.VLAN_VID)));
        }

        public List<Rule> rules() {
            return rules;
        }

        /** How many priorities its rules take, see {@link Disjoint}. */
        public int priorities() {
            return priorities;
        }

        /** The names of the ports that its rules ask for. */
        public Set<String> inPorts() {
            return inPorts;
        }

        /** Whether a rule asks for the VLAN of a frame. */
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
     * Where a list holds: a frame must be in one of the networks, have come in by one of the ports, and be on one of
     * the bridges or hosts; an empty set asks for nothing. Ports are {@code host/bridge/port} or a bare port name,
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

        /** Whether the list holds everywhere, and so on switches that no file names as well. */
        public boolean isAll() {
            return networks.isEmpty() && ports.isEmpty() && bridges.isEmpty() && hosts.isEmpty();
        }
    }

    /**
     * One rule.
     *
     * @param matches which frames: any of these; a VLAN in them is the one that the frame is in, not its tag
     * @param inPort the name of the port they must have come in by, or null
     * @param drop whether they are dropped, rather than let through
     */
    public record Rule(List<Match> matches, String inPort, boolean drop) {
        public Rule {
            matches = List.copyOf(matches);
        }
    }
}
