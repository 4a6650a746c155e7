package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The words of a text of nft. The end of a line is a word, "\n"; so is ";". */
final class NftTokens {
    private static final String SINGLE = "{}(),;";

    /** @param quoted whether it stood in quotes, and so is no keyword */
    private record Token(String text, int line, boolean quoted) {}

    private final Source source;
    private final List<String> lines;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    NftTokens(Source source) throws FirewallSyntaxException {
        this.source = source;
        lines = source.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            line(i + 1, lines.get(i));
        }
    }

    private void line(int number, String line) throws FirewallSyntaxException {
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            int end = i + 1;
            if (c == '#') {
                break;
            } else if (c == '"') {
                end = line.indexOf('"', i + 1);
                if (end < 0) {
                    throw source.error(number, "a \" has no end");
                }
                tokens.add(new Token(line.substring(i + 1, end), number, true));
                end++;
            } else if (c == '\\' && line.substring(i + 1).isBlank()) {
                return;
            } else if (SINGLE.indexOf(c) >= 0) {
                tokens.add(new Token(String.valueOf(c), number, false));
            } else if (!Character.isWhitespace(c)) {
                while (end < line.length() && !isEnd(line.charAt(end))) {
                    end++;
                }
                tokens.add(new Token(line.substring(i, end), number, false));
            }
            i = end;
        }
        tokens.add(new Token("\n", number, false));
    }

    private static boolean isEnd(char c) {
        return Character.isWhitespace(c) || SINGLE.indexOf(c) >= 0 || c == '"';
    }

    boolean isEmpty() {
        return at >= tokens.size();
    }

    /** The next word; "" at the end of the text. */
    String peek() {
        return isEmpty() ? "" : tokens.get(at).text;
    }

    /** Whether the next word is a keyword: it stands without quotes. */
    boolean is(String... words) {
        return !isEmpty() && !tokens.get(at).quoted && Set.of(words).contains(tokens.get(at).text);
    }

    boolean isEndOfStatement() {
        return isEmpty() || is("\n", ";", "}");
    }

    /** Skips the next word if it is this one. */
    boolean skip(String word) {
        boolean is = is(word);
        at += is ? 1 : 0;
        return is;
    }

    void skipEnds() {
        while (is("\n", ";")) {
            at++;
        }
    }

    void skipLines() {
        while (is("\n")) {
            at++;
        }
    }

    String next() throws FirewallSyntaxException {
        if (isEmpty()) {
            throw error("the text ends in the middle: is the file complete?");
        }
        return tokens.get(at++).text;
    }

    /** Skips what ends statements, and the end of a block. Returns whether the block ends here. */
    boolean skipEndOfBlock() throws FirewallSyntaxException {
        skipEnds();
        if (isEmpty()) {
            throw error("the text ends in the middle: is the file complete?");
        }
        return skip("}");
    }

    void expect(String word) throws FirewallSyntaxException {
        if (!skip(word)) {
            throw error("expected \"" + word + "\", found \"" + shown() + "\"");
        }
    }

    String shown() {
        return isEmpty() ? "the end of the text" : is("\n") ? "the end of the line" : peek();
    }

    /** The number of the line of the next word. */
    int line() {
        return isEmpty() ? Math.max(1, lines.size()) : tokens.get(at).line;
    }

    String lineText() {
        return lines.isEmpty() ? "" : lines.get(line() - 1).strip();
    }

    FirewallSyntaxException error(String message) {
        return source.error(line(), message);
    }

    Source source() {
        return source;
    }
}
