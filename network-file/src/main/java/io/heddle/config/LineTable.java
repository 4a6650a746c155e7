package io.heddle.config;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The offsets of the lines of a text, and the new places of lines after an edit. Lines end as in YAML. */
final class LineTable {
    private static final Pattern LINE_FEED = Pattern.compile("\n", Pattern.LITERAL);
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private LineTable() {}

    /** The offset of the first character of every line; the last one may be empty. */
    static int[] starts(String text) {
        Matcher end = (text.indexOf('\r') < 0 ? LINE_FEED : LINE_END).matcher(text);
        // A byte order mark has no column.
        int[] starts = {text.startsWith("\ufeff") ? 1 : 0};
        int count = 1;
        while (end.find()) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = end.end();
        }
        return Arrays.copyOf(starts, count);
    }

    /** The table of a text without edits: each line is at its own number. */
    static int[] same(int count) {
        int[] lines = new int[count];
        Arrays.setAll(lines, i -> i);
        return lines;
    }

    /** The line of the character at an offset. */
    static int at(int[] starts, int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    static int longest(int[] starts, int length) {
        int longest = length - starts[starts.length - 1];
        for (int i = 1; i < starts.length; i++) {
            longest = Math.max(longest, starts[i] - starts[i - 1] - 1);
        }
        return longest;
    }

    /** The number of blanks at the start of a line. */
    static int indent(String text, int lineStart) {
        int at = lineStart;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at - lineStart;
    }

    /**
     * The starts of lines after an edit.
     *
     * @param begin the first replaced line
     * @param end the first line after the replaced ones
     * @param inside the starts of the new lines, counted from the first new character
     * @param count how many entries of {@code inside} to use
     * @param shift by how many characters the text has grown
     */
    static int[] spliced(int[] starts, int begin, int end, int[] inside, int count, int shift) {
        int[] out = new int[begin + count + starts.length - end];
        System.arraycopy(starts, 0, out, 0, begin);
        for (int i = 0; i < count; i++) {
            out[begin + i] = starts[begin] + inside[i];
        }
        for (int i = end; i < starts.length; i++) {
            out[begin + count + i - end] = starts[i] + shift;
        }
        return out;
    }

    /**
     * The places of lines after {@code count} lines have replaced the lines {@code begin} to {@code end} (exclusive).
     * The new lines get new numbers. So does the line after them, because a node in the new lines may end where that
     * line begins.
     */
    static int[] moved(int[] lines, int begin, int end, int count) {
        int[] out = Arrays.copyOf(lines, lines.length + count + 1);
        for (int i = 0; i < lines.length; i++) {
            out[i] = lines[i] < begin ? lines[i] : lines[i] >= end ? lines[i] + count - (end - begin) : begin;
        }
        for (int i = 0; i <= count; i++) {
            out[lines.length + i] = begin + i;
        }
        return out;
    }
}
