package io.heddle.config;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the lines of a text begin, and where lines have gone that were there before. Lines end as YAML has it. */
final class LineTable {
    private static final Pattern LINE_FEED = Pattern.compile("\n", Pattern.LITERAL);
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private LineTable() {}

    /** The offset of the first character of every line; the last one may be empty. */
    static int[] starts(String text) {
        Matcher end = (text.indexOf('\r') < 0 ? LINE_FEED : LINE_END).matcher(text);
        // The mark of byte order has no column.
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

    /** Lines that are where they were. */
    static int[] same(int count) {
        int[] lines = new int[count];
        Arrays.setAll(lines, i -> i);
        return lines;
    }

    /** The line that has the character at an offset. */
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

    /** How many blanks a line begins with. */
    static int indent(String text, int lineStart) {
        int at = lineStart;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at - lineStart;
    }

    /**
     * Starts after lines have been replaced.
     *
     * @param begin the first of them
     * @param end the line behind the last
     * @param inside what stands there now: starts of its lines, counted from its first character
     * @param count how many of these
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
     * Where lines are after the lines {@code begin} to {@code end} were replaced by {@code count}, which get new numbers, and
     * so does the one behind them: what is in them may end where that begins.
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
