package io.heddle.ovsdb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The wanted state of a host's database: bridges, their ports and their interfaces, each with the columns that Heddle
 * sets. In map columns such as {@code other_config}, Heddle manages only the keys that it knows.
 *
 * @param root columns of the table Open_vSwitch
 * @param bridges by name
 * @param mapKeys the keys that Heddle manages, by map column, such as {@code Bridge.other_config}: Heddle removes those
 *     that are not wanted, and leaves other keys alone
 * @param zones the zones with a limit, by the type of their datapath ({@code system} or {@code netdev}) and number
 */
public record HostState(
        Map<String, Object> root,
        Map<String, Bridge> bridges,
        Map<String, Set<String>> mapKeys,
        Map<String, Map<Integer, Zone>> zones) {
    /** A host without anything of Heddle's. */
    public static final HostState EMPTY = new HostState(Map.of(), Map.of(), Map.of());

    public HostState {
        root = ordered(root);
        bridges = ordered(bridges);
        mapKeys = Map.copyOf(mapKeys);
        zones = Map.copyOf(zones);
    }

    /** A host without limits of zones. */
    public HostState(Map<String, Object> root, Map<String, Bridge> bridges, Map<String, Set<String>> mapKeys) {
        this(root, bridges, mapKeys, Map.of());
    }

    /**
     * A zone of connection tracking that has a limit.
     *
     * @param owner whose connections it has, for people: {@code port br0/web in network red}
     * @param limit the most connections, from 1
     */
    public record Zone(String owner, long limit) {}

    /**
     * A bridge.
     *
     * @param controllers its OpenFlow targets, such as {@code tcp:192.0.2.1:6653}, and no others; none if Heddle does not
     *     manage it
     * @param former OpenFlow targets to remove
     * @param ports by name
     * @param rows rows that belong to the bridge alone, by the column that refers to them
     * @param mirrors rows of the table Mirror, by name
     */
    public record Bridge(
            Map<String, Object> columns,
            Set<String> controllers,
            Set<String> former,
            Map<String, Port> ports,
            Map<String, Row> rows,
            Map<String, Row> mirrors) {
        public Bridge {
            columns = ordered(columns);
            controllers = Collections.unmodifiableSet(new TreeSet<>(controllers));
            former = Set.copyOf(former);
            ports = ordered(ports);
            rows = ordered(rows);
            mirrors = ordered(mirrors);
        }
    }

    /**
     * A row that only one other row refers to. Foreign rows of this kind stay, unless a row of Heddle's takes their
     * place.
     *
     * @param columns values; a {@link PortNamed} or a set of them refers to the ports with those names
     */
    public record Row(String table, Map<String, Object> columns) {
        public Row {
            columns = ordered(columns);
        }
    }

    /**
     * The default value of a column that the network file does not set. It applies to rows that Heddle created; other
     * rows keep their value.
     */
    public record Default(Object value) {}

    /** A column's value, and other values with the same meaning to Open vSwitch: Heddle leaves those in place. */
    public record Alike(Object value, Set<Object> others) {}

    /** A column's value in a new row; Heddle ignores later changes of it. */
    public record Initial(Object value) {}

    /** Refers to a port of the same bridge, which exists or is created in the same transaction. */
    public record PortNamed(String name) {}

    /**
     * A port.
     *
     * @param interfaces by name: one, or a bond's members
     * @param rows rows that belong to the port alone, by the column that refers to them
     * @param found whether somebody else adds and removes the port: where it is not there, Heddle does not create it
     */
    public record Port(
            Map<String, Object> columns, Map<String, Interface> interfaces, Map<String, Row> rows, boolean found) {
        /** A port that Heddle creates. */
        public Port(Map<String, Object> columns, Map<String, Interface> interfaces, Map<String, Row> rows) {
            this(columns, interfaces, rows, false);
        }

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
