package io.heddle.controller.config;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
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
    private static final Cache<String, Optional<Node>> KEPT = lastFew();

    private Document() {
    }

    /** Room for what the last few texts came to. */
    static <V> Cache<String, V> lastFew() {
        return CacheBuilder.newBuilder().concurrencyLevel(1).maximumSize(MOST_KEPT).softValues().build();
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
        Optional<Node> kept = KEPT.getIfPresent(text);
        if (kept != null) {
            return kept;
        }
        Optional<Node> root = new Compose(settings().build()).composeString(text);
        KEPT.put(text, root);
        return root;
    }

    /** What it says, in maps, lists and values; null for a text without anything. */
    static Object value(String text) {
        return new StandardConstructor(settings().build()).constructSingleDocument(root(text));
    }
}
