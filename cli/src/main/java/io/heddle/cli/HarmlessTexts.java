package io.heddle.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Reads texts of an answer without the characters that steer a terminal: names and messages may come from anyone who
 * reaches the controller. Line breaks and tabs stay, for texts of several lines.
 */
final class HarmlessTexts extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public TextNode textNode(String text) {
        return super.textNode(text == null ? null : of(text));
    }

    private static String of(String text) {
        if (text.chars().noneMatch(HarmlessTexts::isHarmful)) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        text.chars().forEach(c -> out.append(isHarmful(c) ? '?' : (char) c));
        return out.toString();
    }

    private static boolean isHarmful(int c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
