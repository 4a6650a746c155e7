package io.heddle.ovsdb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a host's database should say, as far as Heddle is concerned: bridges, their ports, their interfaces, each with
 * the columns that Heddle sets. In map columns such as {@code other_config} only the keys that Heddle knows are its
 * business, see {@link HostDiff}.
 *
 * @param bridges by name
 */
public record HostState(Map<String, Bridge> bridges) {
    public HostState {
        bridges = ordered(bridges);
    }

    /**
     * A bridge.
     *
     * @param controller the one OpenFlow target it should have, such as {@code tcp:192.0.2.1:6653}
     * @param ports by name
     */
    public record Bridge(Map<String, Object> columns, Optional<String> controller, Map<String, Port> ports) {
        public Bridge {
            columns = ordered(columns);
            ports = ordered(ports);
        }
    }

    /** A port. @param interfaces by name: one, or a bond's members */
    public record Port(Map<String, Object> columns, Map<String, Interface> interfaces) {
        public Port {
            columns = ordered(columns);
            interfaces = ordered(interfaces);
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
