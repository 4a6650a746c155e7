package io.heddle.importing.firewall;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the kernel would do: applies lines of iptables-save to a packet that begins a connection, one after another. */
final class Machine {
    /** @param type of ICMP; -1 for other protocols */
    record Packet(boolean v6, String proto, String src, String dst, int srcPort, int dstPort, int type) {}

    private final Map<String, List<String[]>> chains = new LinkedHashMap<>();
    private final Map<String, String> policies = new LinkedHashMap<>();

    Machine(String rules) {
        rules.lines()
                .filter(l -> l.startsWith(":"))
                .map(l -> l.substring(1).split(" "))
                .forEach(w -> {
                    chains.put(w[0], new ArrayList<>());
                    policies.put(w[0], w[1]);
                });
        rules.lines()
                .filter(l -> l.startsWith("-A "))
                .map(l -> l.split(" "))
                .forEach(w -> chains.get(w[1]).add(w));
    }

    boolean accepts(String chain, Packet p) {
        String verdict = run(chain, p);
        return (verdict == null ? policies.get(chain) : verdict).equals("ACCEPT");
    }

    /** ACCEPT or DROP; null if the packet comes out behind the chain. */
    private String run(String chain, Packet p) {
        for (String[] rule : chains.get(chain)) {
            String target = rule[rule.length - 1];
            if (!matches(rule, p)) {
                continue;
            } else if (target.equals("RETURN")) {
                return null;
            } else if (target.equals("REJECT") || target.equals("DROP")) {
                return "DROP";
            } else if (target.equals("ACCEPT")) {
                return "ACCEPT";
            } else if (!target.equals("LOG")) {
                String verdict = run(target, p);
                if (verdict != null || rule[rule.length - 2].equals("-g")) {
                    return verdict;
                }
            }
        }
        return null;
    }

    private static boolean matches(String[] rule, Packet p) {
        boolean negated = false;
        for (int i = 2; i < rule.length - 2; i++) {
            if (rule[i].equals("!")) {
                negated = true;
                continue;
            }
            if (rule[i].equals("-m")) {
                i++;
                continue;
            }
            if (matches(rule[i], rule[i + 1], p) == negated) {
                return false;
            }
            negated = false;
            i++;
        }
        return true;
    }

    private static boolean matches(String option, String value, Packet p) {
        return switch (option) {
            case "-p" -> value.equals(p.proto) || value.equals("ipv6-icmp") && p.proto.equals("icmp6");
            case "-s" -> in(p.src, value);
            case "-d" -> in(p.dst, value);
            case "--src-range" -> between(p.src, value);
            case "-i" -> false;
            case "--sport" -> port(p.srcPort, value);
            case "--dport", "--dports" -> port(p.dstPort, value);
            case "--ports" -> port(p.srcPort, value) || port(p.dstPort, value);
            case "--ctstate" -> List.of(value.split(",")).contains("NEW");
            case "--icmp-type", "--icmpv6-type" -> p.type == Integer.parseInt(value);
            default -> throw new IllegalArgumentException(option);
        };
    }

    private static boolean port(int port, String value) {
        for (String v : value.split(",")) {
            String[] ends = v.split(":");
            if (port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static BigInteger number(String address) {
        try {
            return new BigInteger(1, InetAddress.getByName(address).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static boolean in(String address, String prefix) {
        String[] parts = prefix.split("/");
        int host = (address.contains(":") ? 128 : 32) - Integer.parseInt(parts[1]);
        return number(address).shiftRight(host).equals(number(parts[0]).shiftRight(host));
    }

    private static boolean between(String address, String range) {
        String[] ends = range.split("-");
        return number(address).compareTo(number(ends[0])) >= 0
                && number(address).compareTo(number(ends[1])) <= 0;
    }
}
