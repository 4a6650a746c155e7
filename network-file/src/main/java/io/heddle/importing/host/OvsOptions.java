package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Options of ports and bonds in the words of ovs-vsctl, such as {@code tag=20 trunks=30,40 lacp=active}, which
 * ifupdown's {@code ovs_options} and ifcfg's {@code OVS_OPTIONS} have. See ovs-vswitchd.conf.db(5), Port.
 */
final class OvsOptions {
    /** Options of a bond, by the names of the kernel's or Heddle's settings. */
    private static final Map<String, String> BOND = Map.of(
            "bond_mode", "mode",
            "lacp", "lacp",
            "bond_updelay", "updelay",
            "bond_downdelay", "downdelay",
            "bond-primary", "primary",
            "lacp-time", "lacp_rate",
            "bond-miimon-interval", "miimon",
            "bond-detect-mode", "bond-detect-mode",
            "lacp-fallback-ab", "lacp-fallback-ab",
            "bond-rebalance-interval", "bond-rebalance-interval");

    private OvsOptions() {}

    static void read(Value options, Device device, Machine machine) throws HostFileException {
        String vlanMode = "";
        Value tag = null;
        Value trunks = null;
        for (String word : words(options.text())) {
            if (word.equals("--")) {
                machine.left(
                        options.place(),
                        "what follows -- in " + device.name,
                        "ovs-vsctl commands; see docs/reference.md for the key of the setting");
                break;
            }
            int equals = word.indexOf('=');
            String key = word.substring(0, Math.max(equals, 0)).replaceFirst("^other_config:", "");
            Value value = new Value(word.substring(equals + 1).replaceAll("[\\[\\]\"]", ""), options.place());
            switch (key) {
                case "tag" -> tag = value;
                case "trunks" -> trunks = value;
                case "vlan_mode" -> vlanMode = value.text();
                default -> other(word, key, value, device, machine);
            }
        }
        if (tag == null && trunks == null) {
            return;
        }
        device.carriedAt = options.place();
        device.untagged = tag == null ? -1 : tag.number("tag", 0, VlanSet.LAST);
        boolean access = trunks == null && (vlanMode.isEmpty() || vlanMode.equals("access"));
        device.tagged = trunks != null ? VlanSet.parse(trunks) : access ? VlanSet.NONE : VlanSet.ALL;
        if (tag == null) {
            // Trunks without VLAN 0 take no untagged frames.
            device.untagged = 0;
            device.bridge.put("no-untagged", options);
        }
        if (vlanMode.equals("native-tagged")) {
            device.bridge.put("native-tagged", options);
        }
        if (vlanMode.equals("dot1q-tunnel")) {
            machine.left(options.place(), "QinQ of port " + device.name, "write dot1q-tunnel: NETWORK at the port");
        }
    }

    private static void other(String word, String key, Value value, Device device, Machine machine) {
        if (BOND.containsKey(key)) {
            device.bond.put(BOND.get(key), value);
        } else {
            machine.left(
                    value.place(),
                    "option " + word + " of " + device.name,
                    "see docs/reference.md for the key of the setting; write it at the port");
        }
    }

    /** Splits at blanks, but not within brackets or quotes. */
    static List<String> words(String text) {
        List<String> out = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (char c : (text + " ").toCharArray()) {
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else {
                depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            }
            if (Character.isWhitespace(c) && depth <= 0 && quote == 0) {
                if (word.length() > 0) {
                    out.add(word.toString());
                }
                word.setLength(0);
            } else if (c != '"' && c != '\'') {
                word.append(c);
            }
        }
        if (word.length() > 0 && !word.toString().isBlank()) {
            out.add(word.toString().strip());
        }
        return out;
    }

    /** Settings of a bridge in the words of ovs-vsctl: {@code rstp_enable=true other_config:rstp-priority=4096}. */
    static void bridge(Value options, Device device, Machine machine) {
        for (String word : words(options.text().replaceFirst("^(-- *)?set [Bb]ridge \\S+ ", ""))) {
            int equals = word.indexOf('=');
            String key = word.substring(0, Math.max(equals, 0)).replaceFirst("^other_config:", "");
            Value value = new Value(word.substring(equals + 1), options.place());
            String known = switch (key) {
                case "rstp_enable" -> "rstp";
                case "stp_enable" -> "stp";
                case "mcast_snooping_enable" -> "mcast_snooping";
                case "mac-aging-time" -> "ageing";
                case "rstp-priority" -> "rstp-priority";
                case "stp-priority" -> "stp-priority";
                case "datapath_type" -> "datapath";
                case "fail_mode" -> "fail-mode";
                default -> "";
            };
            if (known.isEmpty()) {
                machine.left(
                        options.place(),
                        "option " + word + " of bridge " + device.name,
                        "see docs/reference.md for the key of the setting");
            } else {
                device.bridge.put(known, value);
            }
        }
    }
}
