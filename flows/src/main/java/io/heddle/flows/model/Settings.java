package io.heddle.flows.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings that OVS itself acts on and no flow entry depends on, by their column: {@code Bridge.stp_enable}, or
 * {@code Port.other_config:bond-primary} for one key of a map. The schema of the network file lists them, with their
 * defaults. Source: ovs-vswitchd.conf.db(5).
 *
 * @param values a Boolean, Long, String or list of String by column; another {@code Settings} if the column refers to a
 *     row of its own, such as {@code Bridge.sflow}
 */
public record Settings(Map<String, Object> values) {
    /** Every setting has its default. */
    public static final Settings NONE = new Settings(Map.of());

    public Settings {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Whether a Boolean setting is on. */
    public boolean isOn(String column) {
        return Boolean.TRUE.equals(values.get(column));
    }

    /** The settings of both; the other's values win. */
    public Settings and(Settings other) {
        Map<String, Object> both = new LinkedHashMap<>(values);
        both.putAll(other.values);
        return new Settings(both);
    }
}
