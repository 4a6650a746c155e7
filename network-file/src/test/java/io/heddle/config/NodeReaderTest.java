package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

class NodeReaderTest {
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setMaxAliasesForCollections(5)
            .setUseMarks(true)
            .build();
    private static final List<String> PIECES = List.of(
            "a",
            "b: ",
            "- ",
            "\n",
            "\n  ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "&x ",
            "*x",
            "&y ",
            "*y",
            "!!str ",
            "! ",
            "!!int ",
            "7",
            "0x1f",
            "-3",
            "1.5",
            ".nan",
            "true",
            "null",
            "~",
            "''",
            "\"q\" ",
            "? ",
            ": ",
            "|\n  text\n",
            "# c\n",
            "---\n",
            "...\n",
            "<<: ",
            "é😀");

    /** The library's own composer, whose nodes are larger, finds the same in the same places. */
    @Property(tries = 5000)
    void readsWhatTheLibraryComposes(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            out.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        String text = out.toString();
        String expected;
        try {
            expected = composed(text).map(n -> shown(n, 0)).orElse("nothing");
        } catch (YamlEngineException e) {
            // Of two errors, either may be told first: the library reads a map before it looks at its keys.
            assertThrows(YamlEngineException.class, () -> read(text), text);
            return;
        }
        if (expected.contains("recursive")) {
            assertThrows(YamlEngineException.class, () -> read(text), text);
        } else {
            assertEquals(expected, read(text).map(NodeReaderTest::shown).orElse("nothing"), text);
        }
    }

    private static Optional<YamlNode> read(String text) {
        return NodeReader.read(SETTINGS, text, 0);
    }

    private static Optional<Node> composed(String text) {
        return new Composer(SETTINGS, new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text))).getSingleNode();
    }

    private static String shown(YamlNode node) {
        StringBuilder out = new StringBuilder(node.kind() + (node.isFlow() ? " flow " : " ") + node.line() + ":"
                + node.column() + "-" + node.endLine() + ":" + node.endColumn() + " " + node.text() + "(");
        for (int i = 0; i < node.size(); i++) {
            out.append(node.kind() == YamlNode.Kind.MAP ? shown(node.key(i)) + "=" : "")
                    .append(shown(node.child(i)));
        }
        return out + ")";
    }

    private static String shown(Node node, int depth) {
        if (node.isRecursive() || depth > 50) {
            return "recursive";
        }
        Tag tag = node.getTag();
        String kind = node instanceof MappingNode
                ? "MAP"
                : node instanceof SequenceNode
                        ? "LIST"
                        : tag.equals(Tag.BOOL)
                                ? "BOOLEAN"
                                : tag.equals(Tag.INT)
                                        ? "INTEGER"
                                        : tag.equals(Tag.FLOAT) ? "FLOAT" : tag.equals(Tag.NULL) ? "NULL" : "TEXT";
        boolean flow = node instanceof CollectionNode<?> c && c.getFlowStyle() == FlowStyle.FLOW;
        var start = node.getStartMark().orElseThrow();
        var end = node.getEndMark().orElseThrow();
        StringBuilder out = new StringBuilder(kind + (flow ? " flow " : " ") + start.getLine() + ":"
                + start.getColumn() + "-" + end.getLine() + ":" + end.getColumn() + " "
                + (node instanceof ScalarNode s ? s.getValue() : "") + "(");
        if (node instanceof MappingNode m) {
            for (NodeTuple t : m.getValue()) {
                out.append(shown(t.getKeyNode(), depth + 1)).append("=").append(shown(t.getValueNode(), depth + 1));
            }
        } else if (node instanceof SequenceNode s) {
            s.getValue().forEach(n -> out.append(shown(n, depth + 1)));
        }
        return out + ")";
    }

    /** An anchor's name that is used again: earlier nodes stay what they are, and still count. */
    @Test
    void anAnchorsNameMayBeUsedAgain() {
        assertEquals("b", read("[&x a, &x b, *x]").orElseThrow().child(2).text());
        assertEquals("c", read("&x [&x c, *x]").orElseThrow().child(1).text());
        String large = "- &x " + "l".repeat(1 << 20) + "\n" + "- *x\n".repeat(10) + "- &x b\n";
        YamlEngineException why = assertThrows(YamlEngineException.class, () -> read(large));
        assertTrue(why.getMessage().contains("aliases stand for more than"), why.getMessage());
    }

    /** Whoever sends such a text again and again makes everybody wait for the collection of garbage. */
    @Test
    void millionsOfLinesAreRefusedBeforeAnyObjectIsMadeOfThem() {
        String text = "- 1\n".repeat(3_000_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        YamlEngineException why = assertThrows(YamlEngineException.class, () -> Document.read(text));
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000);
        assertEquals("a file may have 2500000 lines and commas; this one has 3000000: split it", why.getMessage());
    }
}
