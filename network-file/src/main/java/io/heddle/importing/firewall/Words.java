package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.List;

/** Splits a line into words, as a shell does: quotes keep blanks together. */
final class Words {
    private Words() {}

    static List<String> of(Source source, int number, String line) throws FirewallSyntaxException {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw source.error(number, "a " + quote + " has no end");
        } else if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
