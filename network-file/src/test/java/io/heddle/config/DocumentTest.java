package io.heddle.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

class DocumentTest {
    private static final String TEXT = """
            # what everybody knows
            heddle: v1
            networks:
              red:  {vlan: 200, vni: 10200}   # tenants
              # the guests'
              blue: {vlan: 300}
              green:
              "ä 😀": {vlan: 5, note: "😀: #"}   # wide
            hosts:
              hv1:
                text: |
                  some lines

                  # not a comment
                folded: >-
                  more of
                  them
                plain: of
                  two lines
                bridges:
                  br0:
                    ports: {vm1: {access: red},
                            vm2: {access: blue}}

                    other: [a,
                      b, c]
            acls:
            - name: web
              rules:
                - {match: "tcp,tp_dst=80", action: allow}
                - {match: ip, action: drop}   # the rest
                -
                  match: 'it''s'
                - match: x
                  action: drop
              on: {}
            - name: other
              rules: []
            last: "a
              b"
            """;
    private static final List<String> PIECES = List.of(
            "",
            "",
            "\n",
            " ",
            "  ",
            "#",
            "\"",
            "'",
            ":",
            ": ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ",",
            "|",
            ">",
            "---\n",
            "...\n",
            "%",
            "\t",
            "&a ",
            "*a",
            "é",
            "😀",
            "7",
            "null",
            "x: y\n",
            "    - {match: arp}\n",
            "  pink: {vlan: 9}\n",
            "\n    - {match: udp, action: allow}",
            "\n  deep:\n    deeper: 1",
            "? a\n",
            "!t ",
            "<<: ",
            "\r\n",
            "  red: {}\n",
            "# c\n",
            "\n\n");

    /** An edited document has the same content and places as a document that is read from the same text. */
    @Property(tries = 1000)
    void anEditGivesTheSameDocumentAsReadingTheWholeText(@ForAll long seed) {
        Random random = new Random(seed);
        Document document = Document.read(TEXT);
        for (int i = 0; i < 6; i++) {
            int from = place(document.text(), random);
            int to = random.nextInt(3) > 0
                    ? from
                    : Math.min(document.text().length(), from + random.nextInt(random.nextBoolean() ? 4 : 40));
            if (random.nextInt(4) == 0) {
                to = document.text().indexOf('\n', from) + 1;
            }
            if (to < from || splits(document.text(), from) || splits(document.text(), to)) {
                continue;
            }
            String in = PIECES.get(random.nextInt(PIECES.size()));
            String text =
                    document.text().substring(0, from) + in + document.text().substring(to);
            Document afresh;
            try {
                afresh = Document.read(text);
            } catch (YamlEngineException e) {
                Document before = document;
                int end = to;
                assertThrows(YamlEngineException.class, () -> before.edit(from, end, in), text);
                continue;
            }
            document = document.edit(from, to, in);
            assertEquals(text, document.text());
            assertIterableEquals(
                    shown(afresh).lines().toList(), shown(document).lines().toList(), text);
        }
    }

    /** Found by the property above. */
    @Test
    void readsABlankBlockScalarWithTheLineThatFollows() {
        Document before = Document.read("a:\n  text: |\n     some\n  next: b\n");
        int some = before.text().indexOf("some");
        assertThrows(YamlEngineException.class, () -> before.edit(some, some + 4, ""));
    }

    @Test
    void aliasesShareOneNodeAndMustNotBeRecursive() {
        StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 8; i++) {
            text.append(String.format("a%d: &a%d [*a%d, *a%d, *a%d]%n", i, i, i - 1, i - 1, i - 1));
        }
        YamlNode last = Document.read(text.toString()).root().orElseThrow().child(7);
        assertSame(last.child(0), last.child(2));
        assertThrows(YamlEngineException.class, () -> Document.read("a: &a [*a]\n"));
    }

    @Test
    void aDeepTextIsRefusedInsteadOfOverflowingTheStack() {
        assertEquals(100, depth(Document.read("[".repeat(100) + "]".repeat(100))));
        for (String deep : List.of("[".repeat(101) + "]".repeat(101), "[".repeat(1 << 20), "- ".repeat(1 << 16))) {
            YamlEngineException why = assertThrows(YamlEngineException.class, () -> Document.read(deep));
            assertTrue(why.getMessage().contains("nested more than 100 deep"), why.getMessage());
        }
    }

    @Test
    void millionsOfValuesAreRefusedBeforeTheyFillTheMemory() {
        YamlEngineException why =
                assertThrows(YamlEngineException.class, () -> Document.read("- 1: 2\n".repeat(900_000)));
        assertTrue(why.getMessage().contains("may have 2500000 values"), why.getMessage());
    }

    @Test
    void aLongLineTakesNoLongerThanManyShortOnes() {
        for (String begin : List.of("a: b\n#", "a: ", "a: \"", "a: |\n  ")) {
            String text = begin + "x".repeat(8 << 20) + (begin.endsWith("\"") ? "\"" : "");
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Document.read(text), begin);
        }
    }

    private static int depth(Document document) {
        YamlNode node = document.root().orElseThrow();
        int depth = 1;
        while (node.size() > 0) {
            node = node.child(0);
            depth++;
        }
        return depth;
    }

    @Test
    void aliasesMustNotMultiplyAText() {
        String ports = "a: &a [" + "red, ".repeat(1000) + "blue]\n";
        String twice = "b: &b [" + "*a, ".repeat(17) + "*a]\nc: &c [" + "*b, ".repeat(17) + "*b]\n";
        Document.read(ports + "b: [*a, *a]\n");
        YamlEngineException why = assertThrows(
                YamlEngineException.class, () -> Document.read(ports + twice + "d: [" + "*c, ".repeat(10) + "*c]\n"));
        assertTrue(why.getMessage().contains("aliases"), why.getMessage());
        String text = "a: &a " + "x".repeat(1 << 20) + "\nb: [" + "*a, ".repeat(100_000) + "*a]\n";
        assertThrows(YamlEngineException.class, () -> Document.read(text));
    }

    /** A random offset, mostly where a line begins or ends. */
    private static int place(String text, Random random) {
        int any = random.nextInt(text.length() + 1);
        int line = text.lastIndexOf('\n', Math.max(0, any - 1)) + 1;
        int end = text.indexOf('\n', any);
        return switch (random.nextInt(4)) {
            case 0 -> any;
            case 1 -> end < 0 ? text.length() : end;
            default -> Math.min(line, text.length());
        };
    }

    private static boolean splits(String text, int offset) {
        return offset > 0 && offset < text.length() && Character.isLowSurrogate(text.charAt(offset));
    }

    private static String shown(Document document) {
        return document.root().map(r -> shown(document, r)).orElse("nothing");
    }

    private static String shown(Document document, YamlNode node) {
        boolean block = node.isCollection() && !node.isFlow();
        StringBuilder out = new StringBuilder()
                .append(node.kind())
                .append(node.isFlow() ? " flow" : "")
                .append(" line ")
                .append(document.line(node))
                .append(" from ")
                .append(document.start(node))
                .append(block ? "" : " to " + document.end(node))
                .append(' ')
                .append(node.text())
                .append('\n');
        for (int i = 0; i < node.size(); i++) {
            if (node.kind() == YamlNode.Kind.MAP) {
                out.append(shown(document, node.key(i))).append("=> ");
            }
            out.append(shown(document, node.child(i)));
        }
        return out.toString();
    }
}
