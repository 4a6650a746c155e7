package io.heddle.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.flows.model.Settings;
import io.heddle.ovsdb.Database;
import io.heddle.ovsdb.HostState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings that Heddle writes to OVSDB unchanged. The schema of the network file names the column of each one
 * ({@code x-ovsdb}), so that a new setting is one line in the schema and nothing else.
 */
public final class OvsdbSettings {
    private static final String COLUMN = "x-ovsdb";
    private static final String TUNNELS = "tunnels";
    private static final List<Setting> ALL = load();
    /** For speed: there are tens of thousands of ports, and a port has a quarter of all settings. */
    private static final Map<String, List<Setting>> BY_DEFINITION =
            ALL.stream().collect(Collectors.groupingBy(Setting::definition));

    private static final Map<String, List<Setting>> BY_TABLE = ALL.stream()
            .filter(s -> s.rowTable().isEmpty() && !isTunnels(s))
            .collect(Collectors.groupingBy(Setting::table));

    /** A setting: its place in the file, and its column, or its key of a map column. */
    private record Setting(
            String definition,
            String key,
            String column,
            JsonNode schema,
            String table,
            String name,
            Optional<String> mapKey,
            HostState.Default otherwise) {
        static Setting of(String definition, String key, String column, JsonNode schema) {
            String[] parts = column.split("[.:]", 3);
            return new Setting(
                    definition,
                    key,
                    column,
                    schema,
                    parts[0],
                    parts[1],
                    parts.length < 3 ? Optional.empty() : Optional.of(parts[2]),
                    new HostState.Default(otherwise(schema.get("default"))));
        }

        private static Object otherwise(JsonNode value) {
            return value == null
                    ? Set.of()
                    : value.isBoolean()
                            ? (Object) value.asBoolean()
                            : value.isIntegralNumber() ? (Object) value.asLong() : value.asText();
        }

        /** The table that the column refers to; empty if it refers to none. */
        Optional<String> rowTable() {
            return Optional.ofNullable(schema.path("x-ovsdb-row").textValue());
        }
    }

    private OvsdbSettings() {}

    private static List<Setting> load() {
        List<Setting> all = new ArrayList<>();
        SchemaCheck.SCHEMA
                .get("$defs")
                .properties()
                .forEach(d -> d.getValue().path("properties").properties().forEach(p -> {
                    if (p.getValue().has(COLUMN)) {
                        all.add(Setting.of(
                                d.getKey(), p.getKey(), p.getValue().get(COLUMN).asText(), p.getValue()));
                    }
                }));
        return List.copyOf(all);
    }

    /** Reads the settings of a mapping of the file. @param definition the name of the mapping in the schema */
    static Settings read(Yaml y, String definition) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Setting s : BY_DEFINITION.get(definition)) {
            y.get(s.key()).ifPresent(v -> values.put(s.column(), value(v, s)));
        }
        return new Settings(values);
    }

    private static Object value(Yaml v, Setting s) {
        if (s.rowTable().isPresent()) {
            String reference = s.schema().get("$ref").asText();
            return read(v, reference.substring(reference.lastIndexOf('/') + 1));
        }
        if (v.isList()) {
            return v.items().stream().map(Yaml::text).toList();
        }
        return switch (s.schema().path("type").asText()) {
            case "boolean" -> v.text().equals("true");
            case "integer" -> v.isInteger() ? v.integer() : 0L;
            default -> v.text();
        };
    }

    /**
     * The columns of a row. A column that the file does not set gets its default, or the empty set if OVS chooses the
     * value; both are wrapped in {@link HostState.Default}. A map column has only the keys that the file sets.
     */
    public static Map<String, Object> columns(String table, Settings settings) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (Setting s : BY_TABLE.getOrDefault(table, List.of())) {
            Object given = settings.values().get(s.column());
            if (s.mapKey().isPresent()) {
                put(columns, s, given);
            } else {
                columns.put(
                        s.name(), given instanceof List<?> l ? Set.copyOf(l) : given != null ? given : s.otherwise());
            }
        }
        return columns;
    }

    /** The keys of one map column of tunnels, such as {@code options}, that the file sets. */
    public static Map<String, String> tunnelMap(String column, Settings settings) {
        Map<String, Object> columns = new LinkedHashMap<>();
        BY_DEFINITION.get(TUNNELS).stream()
                .filter(s -> s.name().equals(column))
                .forEach(s -> put(columns, s, settings.values().get(s.column())));
        Map<String, String> out = new LinkedHashMap<>();
        columns.values().forEach(m -> ((Map<?, ?>) m).forEach((k, v) -> out.put((String) k, (String) v)));
        return out;
    }

    /**
     * The settings of one mapping of the file as the rows have them, without those at their default: the reverse of
     * {@link #read}.
     *
     * @param row the row of a table, or null if there is none
     */
    public static Map<String, Object> declared(String definition, Function<String, Database.Row> row) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (Setting s : BY_DEFINITION.get(definition)) {
            Database.Row r = s.rowTable().isEmpty() ? row.apply(s.table()) : null;
            String text = r == null
                    ? ""
                    : s.mapKey().map(k -> r.map(s.name()).getOrDefault(k, "")).orElseGet(() -> r.text(s.name()));
            if (!text.isEmpty() && !text.equals(s.schema().path("default").asText())) {
                String type = s.schema().path("type").asText();
                out.put(
                        s.key(),
                        type.equals("boolean")
                                ? (Object) text.equals("true")
                                : type.equals("integer") && text.matches("\\d{1,18}")
                                        ? (Object) Long.valueOf(text)
                                        : text);
            }
        }
        return out;
    }

    /** The rows of other tables that a bridge's settings need: table and settings by column of the bridge. */
    public static Map<String, Map.Entry<String, Settings>> rows(Settings settings) {
        Map<String, Map.Entry<String, Settings>> rows = new LinkedHashMap<>();
        ALL.stream().filter(s -> s.rowTable().isPresent()).forEach(s -> {
            if (settings.values().get(s.column()) instanceof Settings row) {
                rows.put(s.name(), Map.entry(s.rowTable().get(), row));
            }
        });
        return rows;
    }

    /** The keys that have a setting, by map column such as {@code Bridge.other_config}. */
    public static Map<String, Set<String>> mapKeys() {
        Map<String, Set<String>> keys = new HashMap<>();
        ALL.stream()
                .filter(s -> s.mapKey().isPresent() && !isTunnels(s))
                .forEach(s -> keys.computeIfAbsent(s.table() + "." + s.name(), k -> new HashSet<>())
                        .add(s.mapKey().get()));
        return keys;
    }

    private static boolean isTunnels(Setting s) {
        return s.definition().equals(TUNNELS);
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> columns, Setting s, Object given) {
        Map<String, String> map = (Map<String, String>) columns.computeIfAbsent(s.name(), n -> new LinkedHashMap<>());
        if (given != null) {
            map.put(s.mapKey().orElseThrow(), given.toString());
        }
    }
}
