package io.heddle.flows.model;

import io.heddle.flows.program.Match;
import java.util.List;
import java.util.Set;

/**
 * An ordered list of rules; the first that matches a frame decides. Lists are read in the order of the file.
 *
 * @param name what drops and traces call it
 * @param on where it holds
 * @param rules in order
 * @param dropRest whether frames in its scope that no rule matches are dropped; otherwise the next list is asked
 */
public record Acl(String name, Scope on, List<Rule> rules, boolean dropRest) {
    public Acl {
        rules = List.copyOf(rules);
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
