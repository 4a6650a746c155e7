package io.heddle.importing.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a bond of the kernel, or of Open vSwitch, into one of a network file. Settings have the kernel's names. */
final class Bonds {
    private static final Map<String, String> NUMBERS = Map.of(
            "0",
            "balance-rr",
            "1",
            "active-backup",
            "2",
            "balance-xor",
            "3",
            "broadcast",
            "4",
            "802.3ad",
            "5",
            "balance-tlb",
            "6",
            "balance-alb");
    private static final int MOST_MILLIS = 600_000;

    private Bonds() {}

    /** The kernel's name of a mode. */
    static String mode(Device bond) {
        Value mode = bond.bond.get("mode");
        return mode == null
                ? (bond.ovs ? "active-backup" : "balance-rr")
                : NUMBERS.getOrDefault(mode.text(), mode.text());
    }

    /** The bond of the file. @param members at least two */
    static Map<String, Object> value(Device bond, List<String> members, Machine machine) throws HostFileException {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("members", members);
        Place place = bond.bond.containsKey("mode") ? bond.bond.get("mode").place() : bond.place;
        String mode = mode(bond);
        String use = switch (mode) {
            case "active-backup", "balance-slb", "balance-tcp" -> mode;
            case "802.3ad" -> "balance-tcp";
            case "balance-xor", "balance-tlb", "balance-alb" -> "balance-slb";
            case "balance-rr", "broadcast" -> "active-backup";
            default ->
                throw place.error("expected the mode of a bond such as 802.3ad, active-backup or balance-slb,"
                        + " found \"" + mode + "\"");
        };
        if (mode.equals("balance-rr") || mode.equals("broadcast")) {
            machine.left(
                    place,
                    "mode " + mode + " of " + bond.name,
                    "Open vSwitch has none; active-backup stands in"
                            + " its place. Where the switch bundles the ports, use balance-tcp with LACP on both ends");
        }
        out.put("mode", use);
        Value lacp = bond.bond.get("lacp");
        boolean isLacp =
                mode.equals("802.3ad") || lacp != null && !lacp.text().equals("off") || use.equals("balance-tcp");
        if (isLacp) {
            out.put("lacp", lacp != null && lacp.text().equals("passive") ? "passive" : "active");
        }
        for (Map.Entry<String, Value> e : bond.bond.entrySet()) {
            setting(bond, members, machine, out, e.getKey(), e.getValue());
        }
        return out;
    }

    private static void setting(
            Device bond, List<String> members, Machine machine, Map<String, Object> out, String key, Value v)
            throws HostFileException {
        boolean lacp = out.containsKey("lacp");
        switch (key) {
            case "lacp_rate" -> {
                if (lacp && v.text().matches("fast|1")) {
                    out.put("lacp-time", "fast");
                }
            }
            case "updelay", "downdelay" -> {
                int millis = v.number(key, 0, MOST_MILLIS);
                if (millis > 0) {
                    out.put("bond-" + key, millis);
                }
            }
            case "primary" -> {
                if (members.contains(v.text()) && out.get("mode").equals("active-backup")) {
                    out.put("bond-primary", v.text());
                }
            }
            case "ad_actor_system" -> {
                if (lacp
                        && v.text().matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")
                        && !v.text().startsWith("00:00:00:00:00")) {
                    out.put("lacp-system-id", v.text());
                }
            }
            case "ad_actor_sys_prio" -> {
                int priority = v.number(key, 1, 0xffff);
                if (lacp && priority != 0xffff) {
                    out.put("lacp-system-priority", priority);
                }
            }
            case "lacp-fallback-ab" -> {
                if (lacp && v.isYes()) {
                    out.put(key, true);
                }
            }
            case "bond-rebalance-interval" -> out.put(key, v.number(key, 0, MOST_MILLIS));
            case "min_links", "arp_interval", "arp_ip_target", "ad_user_port_key" -> {
                if (!v.text().matches("0?")) {
                    machine.left(
                            v.place(),
                            key + " " + v.text() + " of " + bond.name,
                            "see docs/linux/bond.md for why" + " there is none, or what to write");
                }
            }
            default -> {
                // miimon: Open vSwitch hears of a lost link at once. Hashing follows from the mode.
            }
        }
    }
}
