package io.heddle.controller.api;

import io.heddle.controller.access.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * The description of the admin API (OpenAPI 3.1), which is also its routing table: the API serves exactly what it
 * describes. The schemas of network file contents come from the file's own schema.
 */
final class Contract {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private final Map<?, ?> document;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * An operation of the API.
     *
     * @param method the HTTP method, in capitals
     * @param path with parameter names in braces
     * @param id the operation's name
     * @param queries the query parameters that it accepts
     * @param role the least role that it needs
     */
    record Operation(String method, String path, String id, Set<String> queries, Role role) {}

    Contract() {
        document = resource("openapi.yaml");
        Map<?, ?> schema = (Map<?, ?>) pointed(resource("network.schema.json"));
        @SuppressWarnings("unchecked")
        Map<String, Object> schemas = (Map<String, Object>) at(document, "components", "schemas");
        at(schema, "$defs").forEach((name, shape) -> schemas.put((String) name, shape));
        at(document, "paths")
                .forEach((path, item) -> ((Map<?, ?>) item).forEach((method, o) -> {
                    if (METHODS.contains(method)) {
                        operations.add(operation((String) path, (String) method, (Map<?, ?>) item, (Map<?, ?>) o));
                    }
                }));
    }

    private Operation operation(String path, String method, Map<?, ?> item, Map<?, ?> operation) {
        Set<String> queries = new LinkedHashSet<>();
        for (Object where : List.of(item, operation)) {
            Object parameters = ((Map<?, ?>) where).get("parameters");
            for (Object p : parameters == null ? List.of() : (List<?>) parameters) {
                Object ref = ((Map<?, ?>) p).get("$ref");
                Map<?, ?> parameter = ref == null
                        ? (Map<?, ?>) p
                        : at(
                                document,
                                "components",
                                "parameters",
                                ref.toString().replaceFirst(".*/", ""));
                if ("query".equals(parameter.get("in"))) {
                    queries.add((String) parameter.get("name"));
                }
            }
        }
        Object role = operation.get("x-heddle-role");
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                (String) operation.get("operationId"),
                queries,
                Role.valueOf(String.valueOf(role).toUpperCase(Locale.ROOT)));
    }

    /** All operations, in the document's order. */
    List<Operation> operations() {
        return operations;
    }

    /** The document. Words that YAML 1.1 parsers read as booleans are quoted. */
    String yaml() {
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setDereferenceAliases(true)
                        .build())
                .dumpToString(document)
                .replaceAll("(?m)^( *)(on|off|yes|no|y|n):", "$1\"$2\":")
                .replaceAll("(?m)(: |- )(on|off|yes|no|y|n)$", "$1\"$2\"");
    }

    private static Map<?, ?> resource(String name) {
        try (InputStream in = Contract.class.getResourceAsStream("/io/heddle/" + name)) {
            return (Map<?, ?>) new Load(LoadSettings.builder().build())
                    .loadFromString(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<?, ?> at(Map<?, ?> tree, String... keys) {
        Map<?, ?> at = tree;
        for (String key : keys) {
            at = (Map<?, ?>) at.get(key);
        }
        return at;
    }

    /**
     * Rewrites references to point to the document's schemas. Drops alternative types: client generators handle them
     * badly, and the file's schema decides anyway. Drops defaults: generated clients would send them all.
     */
    private static Object pointed(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> out = new LinkedHashMap<>();
            map.forEach((k, v) -> {
                boolean left = k.equals("oneOf") && v instanceof List
                        || k.equals("type") && v instanceof List
                        || k.equals("default") && !(v instanceof Map);
                if (!left) {
                    out.put(
                            k,
                            k.equals("$ref") ? v.toString().replace("#/$defs/", "#/components/schemas/") : pointed(v));
                }
            });
            return out;
        }
        return tree instanceof List<?> list
                ? list.stream().map(Contract::pointed).toList()
                : tree;
    }
}
