package io.heddle.ovsdb;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** References to the ports of one bridge, by name: to rows of the database, or to rows that the transaction creates. */
final class PortRefs {
    private final Database have;
    private final Map<String, Value.Ref> created = new HashMap<>();

    PortRefs(Database have) {
        this.have = have;
    }

    /** The transaction creates this port. */
    void created(String port, Value.Ref ref) {
        created.put(port, ref);
    }

    /** Replaces names of ports by references to them. */
    Map<String, Object> resolved(Map<String, Object> columns) {
        Map<String, Object> out = new LinkedHashMap<>();
        columns.forEach((column, given) -> {
            Object value = ColumnDiff.created(given);
            Set<Object> refs = new HashSet<>();
            for (Object v : Value.set(value)) {
                refs.add(v instanceof HostState.PortNamed p ? of(p.name()) : v);
            }
            out.put(column, value instanceof Map<?, ?> ? value : refs);
        });
        return out;
    }

    private Value.Ref of(String port) {
        Value.Ref ref = created.get(port);
        return ref != null
                ? ref
                : have.named(Database.PORT, port)
                        .map(p -> Value.Ref.uuid(p.uuid()))
                        .orElseThrow(() ->
                                new IllegalStateException("a mirror refers to port " + port + ", which is not there"));
    }
}
