package io.heddle.ovsdb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a host's database should say, as far as Heddle is concerned: bridges, their ports, their interfaces, each with
 * the columns that Heddle sets. In map columns such as {@code other_config} only the keys that Heddle knows are its
 * business.
 *
 * @param root columns of the table Open_vSwitch
 * @param bridges by name
 * @param mapKeys by map column, such as {@code Bridge.other_config}, the keys that are Heddle's business: those that are
 *     not wanted are removed, others stay as they are
 */
public record HostState(Map<String, Object> root, Map<String, Bridge> bridges, Map<String, Set<String>> mapKeys) {
    /** A host that should have nothing of ours. */
    public static final HostState EMPTY = new HostState(Map.of(), Map.of(), Map.of());

    public HostState {
        root = ordered(root);
        bridges = ordered(bridges);
        mapKeys = Map.copyOf(mapKeys);
    }

    /**
     * A bridge.
     *
     * @param controller the one OpenFlow target it should have, such as {@code tcp:192.0.2.1:6653}; empty where that is not
     *     Heddle's business
     * @param former an OpenFlow target that it should not have any more
     * @param ports by name
     * @param rows rows that belong to the bridge alone, by the column that refers to them
     * @param mirrors rows of the table Mirror, by name
     */
    public record Bridge(
            Map<String, Object> columns,
            Optional<String> controller,
            Optional<String> former,
            Map<String, Port> ports,
            Map<String, Row> rows,
            Map<String, Row> mirrors) {
        public Bridge {
            columns = ordered(columns);
            ports = ordered(ports);
            rows = ordered(rows);
            mirrors = ordered(mirrors);
        }
    }

    /**
     * A row that only one other row refers to. Rows of this kind that somebody else made stay, unless one of ours takes
     * their place.
     *
     * @param columns values; a {@link PortNamed} or a set of them stands for the ports of those names
     */
    public record Row(String table, Map<String, Object> columns) {
        public Row {
            columns = ordered(columns);
        }
    }

    /**
     * A column's value where nobody said one: what rows that Heddle made should have. In rows that stood there before,
     * what nobody speaks of stays.
     */
    public record Default(Object value) {}

    /** A column's value, and others that mean the same to Open vSwitch: a row that has one of them is left as it is. */
    public record Alike(Object value, Set<Object> others) {}

    /** A column's value that a row is made with; what it is later is not Heddle's business. */
    public record Initial(Object value) {}

    /** Refers to a port of the same bridge, one that is there or one that is about to be. */
    public record PortNamed(String name) {}

    /**
     * A port.
     *
     * @param interfaces by name: one, or a bond's members
     * @param rows rows that belong to the port alone, by the column that refers to them
     */
    public record Port(Map<String, Object> columns, Map<String, Interface> interfaces, Map<String, Row> rows) {
        /** A port without rows of its own. */
        public Port(Map<String, Object> columns, Map<String, Interface> interfaces) {
            this(columns, interfaces, Map.of());
        }

        public Port {
            columns = ordered(columns);
            interfaces = ordered(interfaces);
            rows = ordered(rows);
        }
    }

    /** An interface. */
    public record Interface(Map<String, Object> columns) {
        public Interface {
            columns = ordered(columns);
        }
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
