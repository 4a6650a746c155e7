package io.heddle.importing.first;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a person decides about the first network of a host.
 *
 * @param host the name of the host in the file
 * @param uplinks the NICs that lead to the switches; several become a bond
 * @param vlan the VLAN of the host's own address on the uplinks, 0 for untagged
 * @param bridge the name of the bridge
 * @param networks the VLANs of the guests' networks, by name
 */
public record Answers(String host, List<String> uplinks, int vlan, String bridge, Map<String, Integer> networks) {
    private static final int LAST_VLAN = 4094;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final String NETWORK = "[A-Za-z0-9][A-Za-z0-9._-]{0,14}";
    /** So that the name of the bridge's tunnel port, vx-BRIDGE, is one for a device. */
    private static final String BRIDGE = "[A-Za-z0-9][A-Za-z0-9_-]{0,11}";

    /** @throws IllegalArgumentException if it is none; the message says what would be right */
    public static String host(String text) {
        return word(text, NAME, "the name of a host, of letters, digits, '.', '_' and '-', such as hv1");
    }

    /** Likewise. */
    public static String bridge(String text) {
        return word(text, BRIDGE, "the name of a bridge, of at most 12 letters, digits, '_' and '-', such as br0");
    }

    /** Likewise. */
    public static int vlan(String text) {
        if (text.strip().matches("\\d{1,4}") && Integer.parseInt(text.strip()) <= LAST_VLAN) {
            return Integer.parseInt(text.strip());
        }
        throw new IllegalArgumentException("expected a VLAN number from 0 (untagged) to 4094, found \"" + text + "\"");
    }

    /** Reads {@code eth0,eth1}. @throws IllegalArgumentException if it is none */
    public static List<String> uplinks(String text) {
        List<String> out = new ArrayList<>();
        for (String name : items(text)) {
            if (out.contains(name)) {
                throw new IllegalArgumentException(name + " is there twice");
            }
            out.add(name);
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("expected the name of a NIC such as eth0, or several for a bond");
        }
        return out;
    }

    /** Reads {@code red=10,blue=20}; "none" and "" are none. @throws IllegalArgumentException if it is neither */
    public static Map<String, Integer> networks(String text) {
        Map<String, Integer> out = new LinkedHashMap<>();
        for (String item : text.strip().equals("none") ? List.<String>of() : items(text)) {
            int equals = item.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "expected networks as NAME=VLAN, such as red=10,blue=20, found \"" + item + "\"");
            }
            String name = word(
                    item.substring(0, equals),
                    NETWORK,
                    "the name of a network, of at most 15 letters, digits, '.', '_' and '-', such as red");
            int vlan = vlan(item.substring(equals + 1));
            if (out.containsKey(name)) {
                throw new IllegalArgumentException("two networks are called " + name);
            }
            if (out.containsValue(vlan)) {
                throw new IllegalArgumentException("two networks have VLAN " + vlan + ": on one bridge, a VLAN is one");
            }
            out.put(name, vlan);
        }
        return out;
    }

    private static List<String> items(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("[\\s,]+"));
    }

    private static String word(String text, String pattern, String expected) {
        if (text.strip().matches(pattern)) {
            return text.strip();
        }
        throw new IllegalArgumentException("expected " + expected + ", found \"" + text + "\"");
    }
}
