package io.heddle.config;

import io.heddle.flows.model.NetworkModel;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Network files: from YAML text to a {@link NetworkModel}, or to everything that is wrong. */
public final class NetworkFile {
    private NetworkFile() {}

    /**
     * Reads one file or all {@code *.yaml} and {@code *.yml} files of a folder.
     *
     * @return the texts by file name
     * @throws IOException when there is none, or it cannot be read as UTF-8, saying so
     */
    public static Map<String, String> load(Path path) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        List<Path> files = List.of(path);
        if (Files.isDirectory(path)) {
            try (Stream<Path> list = Files.list(path)) {
                files = list.filter(f -> f.toString().matches(".*\\.ya?ml")).toList();
            }
            if (files.isEmpty()) {
                throw new IOException(path + ": no *.yaml file in this folder");
            }
        } else if (!Files.exists(path)) {
            throw new IOException(path + ": no such file");
        }
        for (Path f : files) {
            try {
                texts.put(f.getFileName().toString(), Files.readString(f));
            } catch (MalformedInputException e) {
                throw new IOException(f + ": not UTF-8 text", e);
            }
        }
        return texts;
    }

    /**
     * What files declare.
     *
     * @param notes what is allowed but should be known, such as a setting that OVS has under another name
     * @param places where in the files things stand
     */
    public record Declared(NetworkModel model, List<Problem> notes, Places places) {
        /** Nothing declared at all. */
        public static final Declared NOTHING = new Declared(NetworkModel.EMPTY, List.of(), Places.NONE);
    }

    /**
     * Reads the model that one or more documents declare together.
     *
     * @throws InvalidNetworkException with all that is wrong in any of them
     */
    public static NetworkModel parse(Map<String, String> texts) throws InvalidNetworkException {
        return read(texts).model();
    }

    /**
     * The same with notes.
     *
     * @throws InvalidNetworkException with all that is wrong in any of them
     */
    public static Declared read(Map<String, String> texts) throws InvalidNetworkException {
        return read(texts, Declared.NOTHING);
    }

    /**
     * The same, which takes only as long as what differs is large: the rest is taken from what was read before.
     *
     * @param before what other files declare, most likely the ones that these were made from
     * @throws InvalidNetworkException with all that is wrong in any of them
     */
    public static Declared read(Map<String, String> texts, Declared before) throws InvalidNetworkException {
        List<Problem> problems = new ArrayList<>();
        List<Problem> notes = new ArrayList<>();
        List<Yaml> documents = new ArrayList<>();
        texts.forEach((name, text) -> Yaml.read(name, text, problems).ifPresent(documents::add));
        SchemaCheck schema = new SchemaCheck(problems);
        Basis basis = new Basis(before);
        documents.forEach(d -> schema.check(d, basis.root(d.file())));
        // Cross-references are looked at even where the shape is wrong: all errors at once. What the shape makes
        // unreadable is passed over by the reader, and was reported above.
        NetworkModel model = new ModelReader(documents, basis, problems, notes).read();
        if (!problems.isEmpty()) {
            throw new InvalidNetworkException(sorted(problems));
        }
        return new Declared(model, sorted(notes), new Places(texts, documents));
    }

    private static List<Problem> sorted(List<Problem> problems) {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::file)
                        .thenComparing(Problem::line)
                        .thenComparing(Problem::column))
                .toList();
    }
}
