package io.heddle.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Answers as a table for people, or as JSON or YAML for programs. */
enum Output {
    TABLE,
    WIDE,
    NAME,
    JSON,
    YAML;

    /** Whether people read this form. */
    boolean isForPeople() {
        return this == TABLE || this == WIDE || this == NAME;
    }

    String render(JsonNode answer) throws JsonProcessingException {
        return switch (this) {
            case JSON -> ApiClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
            case YAML ->
                new Dump(DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.BLOCK)
                                .build())
                        .dumpToString(ApiClient.JSON.convertValue(answer, Object.class))
                        .stripTrailing();
            default -> answer.isArray() ? new Table(answer, List.of(), Terminal.here()).toString() : lines("", answer);
        };
    }

    /** Renders rows of a known kind. */
    String render(JsonNode rows, Kind kind, Terminal terminal) throws JsonProcessingException {
        return switch (this) {
            case TABLE -> new Table(rows, kind.columns(), terminal).toString();
            case WIDE -> new Table(rows, List.of(), Terminal.NONE).toString();
            case NAME -> names(rows, kind);
            default -> render(rows);
        };
    }

    private static String names(JsonNode rows, Kind kind) {
        List<String> names = new ArrayList<>();
        for (JsonNode row : rows) {
            names.add(String.join(
                    "/", kind.naming().stream().map(c -> text(row.path(c))).toList()));
        }
        return String.join("\n", names.stream().distinct().toList());
    }

    private static String lines(String indent, JsonNode object) {
        List<String> out = new ArrayList<>();
        object.properties()
                .forEach(f -> out.add(
                        f.getValue().isObject()
                                ? indent + f.getKey() + ":\n" + lines(indent + "  ", f.getValue())
                                : indent + f.getKey() + ": " + text(f.getValue())));
        return String.join("\n", out);
    }

    static String text(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Output::text)
                    .collect(Collectors.joining(","));
        }
        return value.isValueNode() ? value.asText().replaceAll("\\s", " ") : value.toString();
    }
}
