package io.heddle.config;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML text and its nodes. An {@linkplain #edit edit} reads only the edited place again, because a hundred thousand
 * rules are six million characters and take most of a second to read.
 *
 * <p>A node keeps the line number at which it was read. An edit above a node moves the node to another line. New lines
 * therefore get numbers that no line had before, and {@code lines} maps each number to a line of the present text.
 */
final class Document {
    private static final int MOST_ALIASES = 50;
    /** The most characters of one file. */
    private static final int MOST_CHARACTERS = 64 << 20;
    /** Characters read at once. The reader copies the rest of a line for each buffer: small ones make long lines slow. */
    private static final int MOST_BUFFER = 1 << 20;

    private static final int LEAST_BUFFER = 1 << 10;
    /** The most characters of all kept documents together. {@code LEAST_KEPT} documents are kept in any case. */
    private static final int MOST_KEPT_CHARACTERS = 1 << 20;

    private static final int LEAST_KEPT = 2;
    private static final Deque<SoftReference<Document>> KEPT = new ArrayDeque<>();
    /** Markers that end a document, and directives, which change how all of it is read. */
    private static final Pattern WIDE_REACHING = Pattern.compile("(?m)^(---|\\.\\.\\.|%)");
    /** A block scalar of blank lines only: its indentation depends on the line that follows (YAML 1.2 §8.1). */
    private static final Pattern BLANK_SCALAR = Pattern.compile("[|>][-+0-9]*[ \\t]*(#[^\\n]*)?\\n\\s+\\z");
    /** A tag or an anchor, at which its node begins, or an explicit key ({@code ?}). */
    private static final Pattern MARKED = Pattern.compile("(?m)(^|[\\s\\[{,])[!&]|^[ -]*\\?(\\s|$)");
    /** Line ends other than \\n, and the byte order mark. */
    private static final String UNUSUAL = "\r\u0085\u2028\u2029\ufeff";

    private final String text;
    private final YamlNode root;
    /** Offsets in the text of the first character of every line. */
    private final int[] starts;
    /** The present line of each line number that nodes keep. */
    private final int[] lines;

    private final boolean plain;

    private Document(String text, YamlNode root, int[] starts, int[] lines, boolean plain) {
        this.text = text;
        this.root = root;
        this.starts = starts;
        this.lines = lines;
        this.plain = plain;
    }

    /**
     * Reads a text. Edits of a file ask for the same text again and again, so the last few documents are kept as long
     * as memory allows.
     *
     * @throws YamlEngineException when the text is not YAML
     */
    static Document of(String text) {
        Document known = kept(text);
        return known != null ? known : keep(read(text));
    }

    /** Reads a text without looking for a kept document. */
    static Document read(String text) {
        // First, as it refuses what is too large.
        YamlNode root = compose(text, 0);
        int[] starts = LineTable.starts(text);
        return new Document(text, root, starts, LineTable.same(starts.length), isPlain(text));
    }

    private static YamlNode compose(String text, int firstLine) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MOST_CHARACTERS)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setUseMarks(true)
                .setBufferSize(Math.max(LEAST_BUFFER, Math.min(text.length(), MOST_BUFFER)))
                .build();
        return NodeReader.read(settings, text, firstLine).orElse(null);
    }

    private static boolean isPlain(String text) {
        return UNUSUAL.chars().noneMatch(c -> text.indexOf(c) >= 0)
                && !MARKED.matcher(text).find();
    }

    private static synchronized Document kept(String text) {
        for (Iterator<SoftReference<Document>> i = KEPT.iterator(); i.hasNext(); ) {
            Document document = i.next().get();
            if (document == null) {
                i.remove();
            } else if (document.text.equals(text)) {
                return document;
            }
        }
        return null;
    }

    private static synchronized Document keep(Document document) {
        KEPT.addFirst(new SoftReference<>(document));
        int count = 0;
        long characters = 0;
        for (Iterator<SoftReference<Document>> i = KEPT.iterator(); i.hasNext(); ) {
            Document kept = i.next().get();
            characters += kept == null ? 0 : kept.text.length();
            if (++count > LEAST_KEPT && characters > MOST_KEPT_CHARACTERS) {
                i.remove();
            }
        }
        return document;
    }

    String text() {
        return text;
    }

    /** The root node, empty for a text without content. */
    Optional<YamlNode> root() {
        return Optional.ofNullable(root);
    }

    /** The line at which a node begins, from 0. */
    int line(YamlNode node) {
        return lines[node.line()];
    }

    /** The offset in the text at which a node begins. */
    int start(YamlNode node) {
        return offset(node.line(), node.column());
    }

    /** The offset after a node. For a block, that is after the blank lines and comments that follow it. */
    int end(YamlNode node) {
        return offset(node.endLine(), node.endColumn());
    }

    private int offset(int line, int column) {
        return text.offsetByCodePoints(starts[lines[line]], column);
    }

    /** The length of the longest line in characters. */
    int longestLine() {
        return LineTable.longest(starts, text.length());
    }

    /**
     * Replaces the characters from {@code from} to {@code to} (exclusive) by {@code in}.
     *
     * @throws YamlEngineException when the new text is not YAML
     */
    Document edit(int from, int to, String in) {
        String now = new StringBuilder(text).replace(from, to, in).toString();
        Document known = kept(now);
        if (known != null) {
            return known;
        }
        boolean possible =
                plain && root != null && now.length() <= MOST_CHARACTERS && lines.length < 2 * starts.length + 64;
        return keep(possible ? new Edit(from, to, in, now).document().orElseGet(() -> read(now)) : read(now));
    }

    /**
     * One edit. It finds the innermost block around the changed lines. It reads only the touched entries or items of
     * that block again, from the first line of the first one to the line before the next one. In a block, no other
     * lines influence them.
     */
    private final class Edit {
        private final int in;
        private final String now;
        private final int shift;
        private final int first;
        private final int last;

        Edit(int from, int to, String in, String now) {
            this.in = in.length();
            this.now = now;
            shift = in.length() - (to - from);
            first = LineTable.at(starts, from);
            boolean wholeLines = to > from
                    && text.charAt(to - 1) == '\n'
                    && (in.endsWith("\n") || in.isEmpty() && from == starts[first]);
            last = LineTable.at(starts, wholeLines ? to - 1 : to);
        }

        /** The edited document; empty if the whole text must be read again. */
        Optional<Document> document() {
            return within(root, starts.length).map(made -> new Document(now, made.root, made.starts, made.lines, true));
        }

        private record Made(YamlNode root, int[] starts, int[] lines) {}

        /** @param limit the first line after the block */
        private Optional<Made> within(YamlNode block, int limit) {
            int i = child(block, first);
            int j = child(block, last);
            if (!isBlock(block)
                    || i < 0
                    || !beginsItsLine(block, i)
                    || j + 1 < block.size() && !beginsItsLine(block, j + 1)) {
                return Optional.empty();
            }
            int end = j + 1 < block.size() ? firstLine(block, j + 1) : limit;
            if (i == j) {
                Optional<Made> deeper = within(block.child(i), end);
                if (deeper.isPresent()) {
                    return deeper.map(m -> new Made(block.with(i, m.root), m.starts, m.lines));
                }
            }
            return anew(block, i, j + 1, end);
        }

        private boolean isBlock(YamlNode node) {
            return node.isCollection() && !node.isFlow() && node.size() > 0;
        }

        /** The last child that begins at this line or above, -1 for none. */
        private int child(YamlNode block, int line) {
            int low = 0;
            int high = block.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (firstLine(block, middle) <= line) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        private int firstLine(YamlNode block, int child) {
            return line(block.kind() == YamlNode.Kind.MAP ? block.key(child) : block.child(child));
        }

        /** Whether the child is the first on its line, apart from the dash of a list. */
        private boolean beginsItsLine(YamlNode block, int child) {
            boolean map = block.kind() == YamlNode.Kind.MAP;
            YamlNode node = map ? block.key(child) : block.child(child);
            String before = text.substring(starts[line(node)], start(node)).strip();
            return before.equals(map ? "" : "-");
        }

        private Optional<Made> anew(YamlNode block, int from, int to, int end) {
            int begin = firstLine(block, from);
            int stop = end < starts.length ? starts[end] + shift : now.length();
            String piece = now.substring(starts[begin], stop);
            if (from > 0 && !piece.isEmpty() && piece.isBlank()) {
                // Blank lines belong to the child above them.
                return anew(block, from - 1, to, end);
            }
            YamlNode read = readable(piece, begin) ? composed(piece) : null;
            boolean nothing = piece.isEmpty() && to - from < block.size();
            if (!nothing
                    && (read == null || read.kind() != block.kind() || read.isFlow() || read.line() != lines.length)) {
                return Optional.empty();
            }
            int[] inside = LineTable.starts(piece);
            // If a line follows the piece, the last start found belongs to that line.
            int count = end < starts.length ? inside.length - 1 : inside.length;
            return Optional.of(new Made(
                    nothing ? block.without(from, to) : block.with(from, to, read),
                    LineTable.spliced(starts, begin, end, inside, count, shift),
                    LineTable.moved(lines, begin, end, count)));
        }

        /**
         * Whether a piece can be read alone: it is indented like the block's children, and does not affect other text.
         */
        private boolean readable(String piece, int begin) {
            return !WIDE_REACHING.matcher(piece).find()
                    && !BLANK_SCALAR.matcher(piece).find()
                    && isPlain(piece)
                    && LineTable.indent(piece, 0) == LineTable.indent(text, starts[begin]);
        }

        private YamlNode composed(String piece) {
            try {
                return compose(piece, lines.length);
            } catch (YamlEngineException e) {
                // Reading the whole text reports where the error is.
                return null;
            }
        }
    }
}
