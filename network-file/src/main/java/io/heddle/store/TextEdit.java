package io.heddle.store;

import com.google.common.primitives.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns one text into another by replacing one piece. Offsets count bytes of UTF-8.
 *
 * @param from the first byte of the piece
 * @param to the first byte after the piece
 * @param in the text that replaces the piece
 */
record TextEdit(int from, int to, String in) {
    private static final int STEP = 4096;

    /** The shortest edit that turns one UTF-8 text into another. */
    static TextEdit between(byte[] a, byte[] b) {
        int from = Arrays.mismatch(a, b);
        if (from < 0) {
            return new TextEdit(a.length, a.length, "");
        }
        int same = sameEnd(a, b, Math.min(a.length, b.length) - from);
        // Do not split a character.
        while (from > 0 && isWithin(a, from) | isWithin(b, from)) {
            from--;
        }
        while (same > 0 && isWithin(a, a.length - same)) {
            same--;
        }
        return new TextEdit(from, a.length - same, new String(b, from, b.length - same - from, StandardCharsets.UTF_8));
    }

    private static boolean isWithin(byte[] text, int offset) {
        return offset < text.length && (text[offset] & 0xc0) == 0x80;
    }

    /** The number of equal bytes at the end of both texts, at most {@code most}. */
    private static int sameEnd(byte[] a, byte[] b, int most) {
        int same = 0;
        while (same + STEP <= most
                && Arrays.equals(
                        a, a.length - same - STEP, a.length - same, b, b.length - same - STEP, b.length - same)) {
            same += STEP;
        }
        while (same < most && a[a.length - same - 1] == b[b.length - same - 1]) {
            same++;
        }
        return same;
    }

    /** Applies the edit to a UTF-8 text. @throws IllegalArgumentException if the text is too short */
    byte[] of(byte[] before) {
        if (from < 0 || to < from || to > before.length) {
            throw new IllegalArgumentException(
                    "a change from " + from + " to " + to + " in a text of " + before.length + " bytes");
        }
        return Bytes.concat(
                Arrays.copyOf(before, from),
                in.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(before, to, before.length));
    }
}
