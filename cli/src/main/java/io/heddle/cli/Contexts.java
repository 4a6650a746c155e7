package io.heddle.cli;

import io.heddle.config.YamlText;
import io.heddle.flows.program.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A user's controllers by name, from {@code ~/.config/heddle/config.yaml} or the file that {@code HEDDLE_CONFIG_FILE}
 * names.
 *
 * @param current the context to use if none is named, "" for none
 * @param urls admin APIs by name
 */
record Contexts(String current, Map<String, String> urls) {
    /** The path of the file. */
    static Path file() {
        String given = System.getenv("HEDDLE_CONFIG_FILE");
        String home = System.getenv("XDG_CONFIG_HOME");
        return given != null
                ? Path.of(given)
                : Path.of(
                        home != null && !home.isEmpty() ? home : System.getProperty("user.home") + "/.config",
                        "heddle",
                        "config.yaml");
    }

    static Contexts load() {
        Path file = file();
        try {
            Object tree = Files.exists(file)
                    ? new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file))
                    : null;
            Map<String, String> urls = new TreeMap<>();
            if (tree instanceof Map<?, ?> map && map.get("contexts") instanceof Map<?, ?> contexts) {
                contexts.forEach((name, c) ->
                        urls.put(String.valueOf(name), c instanceof Map<?, ?> m ? String.valueOf(m.get("api")) : ""));
            }
            return new Contexts(
                    tree instanceof Map<?, ?> map && map.get("current") != null
                            ? map.get("current").toString()
                            : "",
                    urls);
        } catch (IOException | YamlEngineException e) {
            throw new Heddle.Failure(file + " cannot be read: " + e.getMessage());
        }
    }

    /** The admin API of a context. */
    String url(String name) {
        String url = urls.get(name);
        if (url == null) {
            throw new Heddle.Failure(Nearest.unknown("context", name, urls.keySet()) + " (" + file() + ")");
        }
        return url;
    }

    void save() {
        Map<String, Object> contexts = new TreeMap<>();
        urls.forEach((name, url) -> contexts.put(name, Map.of("api", url)));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("current", current);
        all.put("contexts", contexts);
        try {
            Files.createDirectories(file().getParent());
            Files.writeString(file(), YamlText.file(all));
        } catch (IOException e) {
            throw new UncheckedIOException(file() + " cannot be written: " + e.getMessage(), e);
        }
    }
}
