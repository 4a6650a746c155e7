package io.heddle.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value in a YAML or JSON text that is no network file, with its line. Texts are read by the same rules as network
 * files: nesting, aliases and sizes are bounded.
 */
public final class YamlValue {
    private final Yaml yaml;

    private YamlValue(Yaml yaml) {
        this.yaml = yaml;
    }

    /**
     * Reads a text; empty if the text has no content.
     *
     * @throws InvalidNetworkException with the place of the first error
     */
    public static Optional<YamlValue> read(String file, String text) throws InvalidNetworkException {
        List<Problem> problems = new ArrayList<>();
        Optional<YamlValue> read = text.isBlank()
                ? Optional.empty()
                : Yaml.read(file, text, problems).map(YamlValue::new);
        problems.removeIf(p -> p.message().startsWith("the file is empty"));
        if (!problems.isEmpty()) {
            throw new InvalidNetworkException(problems);
        }
        return read;
    }

    /** The line of the value, counted from 1. */
    public int line() {
        return yaml.problem("").line();
    }

    public boolean isMap() {
        return yaml.isMap();
    }

    public boolean isList() {
        return yaml.isList();
    }

    /** Whether this is one value, and neither a map nor a list. */
    public boolean isScalar() {
        return yaml.isScalar();
    }

    /** The text of a scalar, without quotes; "" for maps, lists and nothing. */
    public String text() {
        return yaml.isNull() ? "" : yaml.text();
    }

    /** The values by key; of a key that is given twice, the first. */
    public Map<String, YamlValue> entries() {
        Map<String, YamlValue> out = new LinkedHashMap<>();
        yaml.entries().forEach((k, v) -> out.put(k, new YamlValue(v)));
        return out;
    }

    /** The items of a list. */
    public List<YamlValue> items() {
        return yaml.items().stream().map(YamlValue::new).toList();
    }

    /** The value of a key; empty if there is none. */
    public Optional<YamlValue> get(String key) {
        return yaml.get(key).map(YamlValue::new);
    }

    /** The text of a key; "" if there is none. */
    public String text(String key) {
        return get(key).map(YamlValue::text).orElse("");
    }
}
