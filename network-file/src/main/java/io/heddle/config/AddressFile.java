package io.heddle.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files of addresses, such as one that {@code address-sets: {blocklist: {file: blocklist.txt}}} names. They are among
 * the network files, so that each version has the addresses that it was made of. A line has one address or prefix, or
 * none, and maybe a comment after {@code #}.
 */
final class AddressFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*\\.txt");

    private AddressFile() {}

    /** The files that are network files themselves. A file of addresses is one that another file names. */
    static Map<String, String> documents(Map<String, String> texts) {
        if (texts.keySet().stream().noneMatch(AddressFile::isPossible)) {
            return texts;
        }
        Map<String, String> out = new TreeMap<>(texts);
        out.keySet().removeAll(named(texts).keySet());
        return out;
    }

    /** The texts without those that were files of addresses before, and are none any more. */
    static Map<String, String> withoutUnnamed(Map<String, String> texts, Map<String, String> before) {
        if (before.keySet().stream().anyMatch(AddressFile::isPossible)) {
            Set<String> former = new TreeSet<>(named(before).keySet());
            former.removeAll(named(texts).keySet());
            texts.keySet().removeAll(former);
        }
        return texts;
    }

    /** Whether a file may be one of addresses, by its name. */
    static boolean isPossible(String name) {
        return NAME.matcher(name).matches();
    }

    /** The names of files of addresses, each with the place that names it. */
    static Map<String, String> named(Map<String, String> texts) {
        Map<String, String> out = new TreeMap<>();
        texts.forEach((name, text) -> {
            if (!isPossible(name) || texts.size() == 1) {
                Yaml.read(name, text, new ArrayList<>()).ifPresent(document -> named(document, out));
            }
        });
        return out;
    }

    private static void named(Yaml document, Map<String, String> out) {
        Map<String, Yaml> sets = document.get("address-sets").map(Yaml::entries).orElse(Map.of());
        for (Yaml set : sets.values()) {
            set.get("file")
                    .filter(f ->
                            f.isScalar() && isPossible(f.text()) && !f.text().equals(document.file()))
                    .ifPresent(f -> out.putIfAbsent(f.text(), f.line()));
        }
    }

    /**
     * The addresses of a set as a list whose items stand on the lines of the file.
     *
     * @param set where the network file names the file
     */
    static Optional<Yaml> read(String name, String text, Yaml set, List<Problem> problems) {
        String list = text.lines().map(AddressFile::item).collect(Collectors.joining("\n", "[", "\n]"));
        return Yaml.read(name, list, problems).map(y -> new Yaml(name, set.path(), y.document(), y.node()));
    }

    private static String item(String line) {
        int comment = line.indexOf('#');
        String content = (comment < 0 ? line : line.substring(0, comment)).strip();
        return content.isEmpty() ? "" : '"' + content.replace("\\", "\\\\").replace("\"", "\\\"") + "\",";
    }
}
