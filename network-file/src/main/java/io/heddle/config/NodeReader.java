package io.heddle.config;

import io.heddle.config.YamlNode.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads a text into nodes, and refuses what is small as a text and large for its readers: deep nesting, because they
 * are recursive, aliases that multiply, because they read the content of an anchor at each alias, and millions of nodes.
 *
 * <p>Makes its nodes from the parser's events. The nodes of the library's own composer take five times the memory, and
 * every collection of garbage during a long read copies them while all switches wait.
 */
final class NodeReader {
    static final int MOST_DEPTH = 100;
    /** Nodes of one text: each takes about a hundred bytes. 200,000 rules in words have two million. */
    static final int MOST_NODES = 2_500_000;
    /** Characters and nodes that all aliases of a text may stand for. */
    static final long MOST_REPEATED = 8 << 20;

    /** Short texts come again and again, above all keys: this many of the last ones are shared. A power of two. */
    private static final int SHARED = 1024;

    private static final int LONGEST_SHARED = 32;
    private static final Map<Tag, Kind> KINDS =
            Map.of(Tag.BOOL, Kind.BOOLEAN, Tag.INT, Kind.INTEGER, Tag.FLOAT, Kind.FLOAT, Tag.NULL, Kind.NULL);

    private final Parser parser;
    private final ScalarResolver resolver;
    private final int firstLine;
    private final int mostAliases;
    /** What each anchor stands for at this place: a text may use its name again. */
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    /** Stand in {@link #anchors} for collections that are not complete. */
    private final Set<YamlNode> unfinished = Collections.newSetFromMap(new IdentityHashMap<>());
    /** All nodes that ever had an anchor. */
    private final Set<YamlNode> anchored = Collections.newSetFromMap(new IdentityHashMap<>());

    private final String[] texts = new String[SHARED];
    private int depth;
    private int nodes;
    private int collectionAliases;
    private boolean aliases;

    private NodeReader(LoadSettings settings, String text, int firstLine) {
        parser = new ParserImpl(settings, new StreamReader(settings, text));
        resolver = settings.getSchema().getScalarResolver();
        mostAliases = settings.getMaxAliasesForCollections();
        this.firstLine = firstLine;
    }

    /**
     * Reads a text whose lines are numbered from {@code firstLine}.
     *
     * @return the root; empty for a text without content
     * @throws YamlEngineException if the text is not YAML, nested too deep, or grows too much by its aliases
     */
    static Optional<YamlNode> read(LoadSettings settings, String text, int firstLine) {
        refuseIfChopped(text);
        return new NodeReader(settings, text, firstLine).single();
    }

    /** Refuses what certainly has too many nodes or is no network file, before any object is made of it. */
    private static void refuseIfChopped(String text) {
        int ends = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            ends += c == '\n' || c == ',' ? 1 : 0;
        }
        if (ends > MOST_NODES) {
            throw new YamlEngineException(
                    "a file may have " + MOST_NODES + " lines and commas; this one has " + ends + ": split it");
        }
    }

    private Optional<YamlNode> single() {
        // The start of the stream.
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return Optional.empty();
        }
        Event start = parser.next();
        YamlNode root = node();
        parser.next();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            throw new ComposerException(
                    "expected a single document in the stream",
                    start.getStartMark(),
                    "but found another document",
                    parser.next().getStartMark());
        }
        if (aliases) {
            new Expansion().refuseIfLarge(root);
        }
        return Optional.of(root);
    }

    private YamlNode node() {
        Event event = parser.next();
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        if (++nodes > MOST_NODES) {
            throw new ComposerException(
                    "a file may have " + MOST_NODES + " values; this one has more: split it", event.getStartMark());
        }
        Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
        if (event instanceof ScalarEvent scalar) {
            YamlNode node = YamlNode.scalar(kind(scalar), shared(scalar.getValue()), place(event, event));
            anchor.ifPresent(a -> anchors.put(a, node));
            anchor.ifPresent(a -> anchored.add(node));
            return node;
        }
        if (++depth > MOST_DEPTH) {
            throw new ComposerException(
                    "maps and lists are nested more than " + MOST_DEPTH + " deep", event.getStartMark());
        }
        YamlNode node = anchor.isPresent()
                ? anchored(anchor.get(), (CollectionStartEvent) event)
                : collection((CollectionStartEvent) event);
        depth--;
        return node;
    }

    private YamlNode anchored(Anchor anchor, CollectionStartEvent start) {
        YamlNode before = YamlNode.scalar(Kind.NULL, "", place(start, start));
        unfinished.add(before);
        anchors.put(anchor, before);
        YamlNode node = collection(start);
        // Unless the name was used again inside.
        anchors.replace(anchor, before, node);
        anchored.add(node);
        return node;
    }

    private YamlNode collection(CollectionStartEvent start) {
        boolean map = start.getEventId() == Event.ID.MappingStart;
        Event.ID last = map ? Event.ID.MappingEnd : Event.ID.SequenceEnd;
        List<YamlNode> keys = new ArrayList<>();
        List<YamlNode> children = new ArrayList<>();
        while (!parser.checkEvent(last)) {
            if (map) {
                keys.add(node());
            }
            children.add(node());
            if (map && keys.get(keys.size() - 1).isCollection()) {
                throw new YamlEngineException("Non scalar key is detected but it is not configured to be allowed.");
            }
        }
        return YamlNode.collection(
                map ? Kind.MAP : Kind.LIST, keys, children, start.isFlow(), place(start, parser.next()));
    }

    private YamlNode aliased(AliasEvent alias) {
        aliases = true;
        YamlNode node = anchors.get(alias.getAlias());
        if (unfinished.contains(node)) {
            throw new YamlEngineException("an anchor stands for something that contains itself");
        }
        if (node == null) {
            throw new ComposerException("found undefined alias " + alias.getAlias(), alias.getStartMark());
        }
        if (node.isCollection() && ++collectionAliases > mostAliases) {
            throw new YamlEngineException(
                    "Number of aliases for non-scalar nodes exceeds the specified max=" + mostAliases);
        }
        return node;
    }

    private Kind kind(ScalarEvent scalar) {
        boolean isPlain = scalar.getImplicit().canOmitTagInPlainScalar();
        Tag tag = scalar.getTag()
                .filter(t -> !t.equals("!"))
                .map(Tag::new)
                .orElseGet(() -> resolver.resolve(scalar.getValue(), isPlain));
        return KINDS.getOrDefault(tag, Kind.TEXT);
    }

    private String shared(String text) {
        if (text.length() > LONGEST_SHARED) {
            return text;
        }
        int slot = text.hashCode() & SHARED - 1;
        if (!text.equals(texts[slot])) {
            texts[slot] = text;
        }
        return texts[slot];
    }

    private YamlNode.Span place(Event first, Event last) {
        Mark start = first.getStartMark().orElseThrow();
        Mark end = last.getEndMark().orElseThrow();
        return new YamlNode.Span(
                firstLine + start.getLine(), start.getColumn(), firstLine + end.getLine(), end.getColumn());
    }

    /** Sizes of nodes as if every alias were written out. */
    private final class Expansion {
        private final Map<YamlNode, Long> known = new IdentityHashMap<>();
        private long repeated;

        void refuseIfLarge(YamlNode root) {
            size(root);
        }

        private long size(YamlNode node) {
            if (!anchored.contains(node)) {
                return content(node);
            }
            Long size = known.get(node);
            if (size == null) {
                size = content(node);
                known.put(node, size);
            } else {
                repeated += size;
                if (repeated > MOST_REPEATED) {
                    Mark mark = new Mark("", 0, node.line() - firstLine, node.column(), new int[0], 0);
                    throw new ComposerException(
                            "aliases stand for more than " + MOST_REPEATED + " characters", Optional.of(mark));
                }
            }
            return size;
        }

        private long content(YamlNode node) {
            long size = 1 + node.text().length();
            for (int i = 0; i < node.size(); i++) {
                size += size(node.child(i)) + (node.kind() == Kind.MAP ? size(node.key(i)) : 0);
            }
            return size;
        }
    }
}
