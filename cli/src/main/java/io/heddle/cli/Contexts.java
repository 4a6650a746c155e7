package io.heddle.cli;

import io.heddle.config.YamlText;
import io.heddle.flows.program.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A user's controllers by name, from {@code ~/.config/heddle/config.yaml} or the file that {@code HEDDLE_CONFIG_FILE}
 * names.
 *
 * @param current the context to use if none is named, "" for none
 * @param contexts by name
 */
record Contexts(String current, Map<String, Context> contexts) {
    private static final String API = "api";
    private static final String TOKEN_FILE = "token-file";
    private static final String AUTHORITY = "cacert";
    private static final String CERTIFICATE = "cert";
    private static final String KEY = "key";

    /**
     * A controller.
     *
     * @param api the address of its admin API
     * @param tokenFile the file with the user's token
     * @param authority the file with the authorities to trust for HTTPS
     * @param certificate the file with the user's certificate
     * @param key the file with its key
     */
    record Context(
            String api,
            Optional<String> tokenFile,
            Optional<String> authority,
            Optional<String> certificate,
            Optional<String> key) {
        /** A controller that needs no token. */
        static Context of(String api) {
            return new Context(api, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        private static Context of(Map<?, ?> map) {
            return new Context(
                    String.valueOf(map.get(API)),
                    text(map.get(TOKEN_FILE)),
                    text(map.get(AUTHORITY)),
                    text(map.get(CERTIFICATE)),
                    text(map.get(KEY)));
        }

        private static Optional<String> text(Object value) {
            return Optional.ofNullable(value).map(Object::toString);
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(API, api);
            tokenFile.ifPresent(f -> map.put(TOKEN_FILE, f));
            authority.ifPresent(f -> map.put(AUTHORITY, f));
            certificate.ifPresent(f -> map.put(CERTIFICATE, f));
            key.ifPresent(f -> map.put(KEY, f));
            return map;
        }
    }

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
            Map<String, Context> all = new TreeMap<>();
            if (tree instanceof Map<?, ?> map && map.get("contexts") instanceof Map<?, ?> contexts) {
                contexts.forEach((name, c) ->
                        all.put(String.valueOf(name), c instanceof Map<?, ?> m ? Context.of(m) : Context.of("")));
            }
            return new Contexts(
                    tree instanceof Map<?, ?> map && map.get("current") != null
                            ? map.get("current").toString()
                            : "",
                    all);
        } catch (IOException | YamlEngineException e) {
            throw new Heddle.Failure(file + " cannot be read: " + e.getMessage());
        }
    }

    /** The context with this name. */
    Context find(String name) {
        Context found = contexts.get(name);
        if (found == null) {
            throw new Heddle.Failure(Nearest.unknown("context", name, contexts.keySet()) + " (" + file() + ")");
        }
        return found;
    }

    void save() {
        Map<String, Object> maps = new TreeMap<>();
        contexts.forEach((name, c) -> maps.put(name, c.map()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("current", current);
        all.put("contexts", maps);
        try {
            Files.createDirectories(file().getParent());
            Files.writeString(file(), YamlText.file(all));
        } catch (IOException e) {
            throw new UncheckedIOException(file() + " cannot be written: " + e.getMessage(), e);
        }
    }
}
