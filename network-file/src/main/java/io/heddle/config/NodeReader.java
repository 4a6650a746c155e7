package io.heddle.config;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Composes a text into nodes, and refuses what is small as a text and large for its readers: deep nesting, because they
 * are recursive, aliases that multiply, because they read the content of an anchor at each alias, and millions of nodes.
 */
final class BoundedComposer {
    static final int MOST_DEPTH = 100;
    /** Nodes of one text: each takes some hundred bytes while it is read. 200,000 rules in words have two million. */
    static final int MOST_NODES = 2_500_000;
    /** Characters and nodes that all aliases of a text may stand for. */
    static final long MOST_REPEATED = 8 << 20;

    private BoundedComposer() {}

    /** @throws YamlEngineException if the text is not YAML, nested too deep, or grows too much by its aliases */
    static Optional<Node> compose(LoadSettings settings, String text) {
        CountingParser parser = new CountingParser(new ParserImpl(settings, new StreamReader(settings, text)));
        Optional<Node> root = new Composer(settings, parser).getSingleNode();
        if (parser.aliases) {
            root.ifPresent(r -> new Expansion().refuseIfLarge(r));
        }
        return root;
    }

    /** Refuses deep nesting before the composer, which is recursive, gets there. */
    private static final class CountingParser implements Parser {
        private final Parser parser;
        private int depth;
        private int nodes;
        private boolean aliases;

        CountingParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> {
                    depth++;
                    nodes++;
                }
                case Scalar -> nodes++;
                case SequenceEnd, MappingEnd -> depth--;
                case Alias -> aliases = true;
                default -> {}
            }
            if (nodes > MOST_NODES) {
                throw new ComposerException(
                        "a file may have " + MOST_NODES + " values; this one has more: split it", event.getStartMark());
            }
            if (depth > MOST_DEPTH) {
                throw new ComposerException(
                        "maps and lists are nested more than " + MOST_DEPTH + " deep", event.getStartMark());
            }
            return event;
        }
    }

    /** Sizes of nodes as if every alias were written out. */
    private static final class Expansion {
        private final Map<Node, Long> anchored = new IdentityHashMap<>();
        private long repeated;

        void refuseIfLarge(Node root) {
            size(root);
        }

        private long size(Node node) {
            if (node.isRecursive()) {
                throw new YamlEngineException("an anchor stands for something that contains itself");
            }
            if (node.getAnchor().isEmpty()) {
                return content(node);
            }
            Long known = anchored.get(node);
            if (known == null) {
                known = content(node);
                anchored.put(node, known);
            } else {
                repeated += known;
                if (repeated > MOST_REPEATED) {
                    throw new ComposerException(
                            "aliases stand for more than " + MOST_REPEATED + " characters", node.getStartMark());
                }
            }
            return known;
        }

        private long content(Node node) {
            long size = 1;
            if (node instanceof ScalarNode s) {
                size += s.getValue().length();
            } else if (node instanceof SequenceNode s) {
                for (Node item : s.getValue()) {
                    size += size(item);
                }
            } else if (node instanceof MappingNode m) {
                for (NodeTuple entry : m.getValue()) {
                    size += size(entry.getKeyNode()) + size(entry.getValueNode());
                }
            }
            return size;
        }
    }
}
