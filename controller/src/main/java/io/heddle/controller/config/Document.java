package io.heddle.controller.config;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.LoadSettingsBuilder;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What a YAML text holds: its nodes, which know where they stand. While a piece of a file is changed the same text is
 * asked for again and again, so the last few are kept, for as long as memory allows.
 */
final class Document {
    private static final int MOST_ALIASES = 50;
    /** Characters of one file: a hundred thousand rules are six million. */
    private static final int MOST_CHARACTERS = 64 << 20;
    private static final int MOST_KEPT = 4;
    private static final Deque<Map.Entry<String, SoftReference<Optional<Node>>>> KEPT = new ArrayDeque<>();

    private Document() {
    }

    private static LoadSettingsBuilder settings() {
        return LoadSettings.builder().setCodePointLimit(MOST_CHARACTERS).setMaxAliasesForCollections(MOST_ALIASES).setUseMarks(true);
    }

    /**
     * The root, empty for a text without any. It is shared: nobody may alter it.
     *
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException when the text is not YAML
     */
    static Optional<Node> root(String text) {
        synchronized (KEPT) {
            for (Map.Entry<String, SoftReference<Optional<Node>>> kept : KEPT) {
                Optional<Node> root = kept.getValue().get();
                if (root != null && kept.getKey().equals(text)) {
                    return root;
                }
            }
        }
        Optional<Node> root = new Compose(settings().build()).composeString(text);
        synchronized (KEPT) {
            KEPT.addFirst(Map.entry(text, new SoftReference<>(root)));
            if (KEPT.size() > MOST_KEPT) {
                KEPT.removeLast();
            }
        }
        return root;
    }

    /** What it says, in maps, lists and values; null for a text without anything. */
    static Object value(String text) {
        return new StandardConstructor(settings().build()).constructSingleDocument(root(text));
    }
}
