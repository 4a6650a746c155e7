package io.heddle.controller.config;

import java.util.Map;

/** What people call things on Linux hosts, and what to write here instead. */
final class LinuxNames {
    private static final String SAY = "OVS has no bond mode ";

    private static final Map<String, String> BOND_MODES = Map.ofEntries(
            Map.entry("balance-rr", SAY + "balance-rr: it puts the frames of one connection out of order; "
                    + "use balance-tcp with lacp: active, or balance-slb without LACP"),
            Map.entry("broadcast", SAY + "broadcast: it sends every frame twice; use active-backup"),
            Map.entry("balance-xor", SAY + "balance-xor: balance-slb does that work (a member per source MAC), "
                    + "and balance-tcp with lacp: active spreads by connection"),
            Map.entry("balance-tlb", SAY + "balance-tlb: balance-slb does that work, without help from the switch"),
            Map.entry("balance-alb", SAY + "balance-alb: balance-slb does that work, without help from the switch"),
            Map.entry("802.3ad", "Linux's 802.3ad is mode: balance-tcp with lacp: active"),
            Map.entry("lacp", "write mode: balance-tcp and lacp: active"));

    private static final Map<String, String> NUMBERS = Map.of("0", "balance-rr", "2", "balance-xor",
            "3", "broadcast", "4", "802.3ad", "5", "balance-tlb", "6", "balance-alb");

    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("slaves", "members"), Map.entry("interfaces", "members"),
            Map.entry("updelay", "bond-updelay"), Map.entry("downdelay", "bond-downdelay"),
            Map.entry("lacp-rate", "lacp-time"), Map.entry("lacp_rate", "lacp-time"),
            Map.entry("ageing", "mac-aging-time"), Map.entry("ageing-time", "mac-aging-time"),
            Map.entry("bridge_ageing", "mac-aging-time"), Map.entry("tag", "access"), Map.entry("pvid", "native"),
            Map.entry("trunks", "trunk"), Map.entry("id", "vni"), Map.entry("local", "tunnel-ip"));

    private LinuxNames() {
    }

    /** The key to use instead, or null. */
    static String key(String name) {
        return KEYS.get(name);
    }

    /** What to do about a bond mode that OVS does not have, or null for a word that is none of Linux's either. */
    static String bondMode(String mode) {
        if (mode.equals("1")) {
            return "Linux's bond mode 1 is called active-backup";
        }
        return BOND_MODES.get(NUMBERS.getOrDefault(mode, mode));
    }
}
