package io.heddle.controller.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Answers as a table for people, or as JSON or YAML for programs. */
enum Output {
    TABLE, JSON, YAML;

    private static final int GAP = 2;

    String render(JsonNode answer) throws JsonProcessingException {
        return switch (this) {
            case JSON -> ApiClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
            case YAML -> new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
                    .dumpToString(ApiClient.JSON.convertValue(answer, Object.class)).stripTrailing();
            case TABLE -> answer.isArray() ? table(answer) : lines("", answer);
        };
    }

    private static String table(JsonNode rows) {
        if (rows.isEmpty()) {
            return "none";
        }
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            row.fields().forEachRemaining(f ->
                    widths.merge(f.getKey(), Math.max(f.getKey().length(), text(f.getValue()).length()), Math::max));
        }
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder();
        widths.forEach((name, width) -> head.append(pad(name.toUpperCase(Locale.ROOT), width + GAP)));
        lines.add(head.toString().stripTrailing());
        for (JsonNode row : rows) {
            StringBuilder line = new StringBuilder();
            widths.forEach((name, width) -> line.append(pad(text(row.path(name)), width + GAP)));
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private static String lines(String indent, JsonNode object) {
        List<String> out = new ArrayList<>();
        object.fields().forEachRemaining(f -> out.add(f.getValue().isObject()
                ? indent + f.getKey() + ":\n" + lines(indent + "  ", f.getValue())
                : indent + f.getKey() + ": " + text(f.getValue())));
        return String.join("\n", out);
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
