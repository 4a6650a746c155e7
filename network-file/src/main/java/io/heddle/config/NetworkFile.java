package io.heddle.config;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.order.OrderText;
import io.heddle.flows.order.RuleOrder;
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

/** Reads network files: YAML text becomes a {@link NetworkModel}, or a list of all errors. */
public final class NetworkFile {
    private NetworkFile() {}

    /**
     * Reads one file or all {@code *.yaml} and {@code *.yml} files of a folder, and the files of addresses beside them
     * that their address sets name.
     *
     * @return the texts by file name
     * @throws IOException when there is no such file, or it is not UTF-8 text; the message names the file
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
            texts.put(f.getFileName().toString(), text(f));
        }
        for (Map.Entry<String, String> named : AddressFile.named(texts).entrySet()) {
            Path f = (Files.isDirectory(path) ? path.resolve(named.getKey()) : path.resolveSibling(named.getKey()));
            if (!Files.exists(f)) {
                throw new IOException(f + ": no such file, but " + named.getValue() + " names it");
            }
            texts.put(named.getKey(), text(f));
        }
        return texts;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new IOException(file + ": not UTF-8 text", e);
        }
    }

    /**
     * The content of network files.
     *
     * @param notes remarks on what is allowed but worth knowing, such as a setting that OVS has under another name
     * @param places the places of all declarations in the files
     * @param names the names that rules may use for addresses
     */
    public record Declared(NetworkModel model, List<Problem> notes, Places places, AddressNames names) {
        /** No declarations. */
        public static final Declared NOTHING =
                new Declared(NetworkModel.EMPTY, List.of(), Places.NONE, AddressNames.NONE);

        /**
         * The same declarations, with a stored order of access list rules.
         *
         * @param order see {@link OrderText}; if it does not fit the lists, nothing changes
         */
        public Declared inOrder(Map<String, String> order) {
            return OrderText.read(model.acls(), order).map(this::with).orElse(this);
        }

        /** The same declarations; rules that {@code before} has as well keep the priorities that they have there. */
        public Declared after(Declared before) {
            List<Acl> lists =
                    model.acls().stream().map(l -> l.with(Acl.Order.NONE)).toList();
            try {
                return with(RuleOrder.assign(lists, before.model.acls()));
            } catch (RuleOrder.NoneLeft e) {
                throw new IllegalStateException("there were enough priorities when the lists were read", e);
            }
        }

        private Declared with(List<Acl> lists) {
            return with(model.with(lists));
        }

        /** The same declarations, with the network that follows from them. */
        public Declared with(NetworkModel inEffect) {
            return new Declared(inEffect, notes, places, names);
        }
    }

    /**
     * Reads the model that one or more documents declare together.
     *
     * @throws InvalidNetworkException with all errors in all documents
     */
    public static NetworkModel parse(Map<String, String> texts) throws InvalidNetworkException {
        return read(texts).model();
    }

    /**
     * Reads the model, with notes and places.
     *
     * @throws InvalidNetworkException with all errors in all documents
     */
    public static Declared read(Map<String, String> texts) throws InvalidNetworkException {
        return read(texts, Declared.NOTHING);
    }

    /**
     * Reads the model, with notes and places. Takes what has not changed from {@code before}, so that the time depends
     * on the size of the difference.
     *
     * @param before an earlier reading, usually of the files that these were made from
     * @throws InvalidNetworkException with all errors in all documents
     */
    public static Declared read(Map<String, String> texts, Declared before) throws InvalidNetworkException {
        List<Problem> problems = new ArrayList<>();
        List<Problem> notes = new ArrayList<>();
        List<Yaml> documents = new ArrayList<>();
        Map<String, String> written = AddressFile.documents(texts);
        written.forEach((name, text) -> Yaml.read(name, text, problems).ifPresent(documents::add));
        SchemaCheck schema = new SchemaCheck(problems);
        Basis basis = new Basis(before);
        documents.forEach(d -> schema.check(d, basis.root(d.file())));
        // Check cross-references even after schema errors, to report all errors at once. The reader skips what it
        // cannot read: the schema check has reported it.
        ModelReader reader = new ModelReader(documents, texts, basis, problems, notes);
        NetworkModel model = reader.read();
        if (!problems.isEmpty()) {
            throw new InvalidNetworkException(sorted(problems));
        }
        return new Declared(model, sorted(notes), new Places(written, documents), reader.names());
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
