package io.heddle.ovsdb;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;

/**
 * Finds the ends of JSON objects in a stream of bytes. Reads every byte once, from an array. Netty's decoder calls a
 * buffer for each byte, which costs most of the time of a host's first messages until the JVM has compiled it. Holds
 * nothing between messages.
 */
final class Splitter {
    private static final byte[] NONE = {};

    private int longest;
    private byte[] held = NONE;
    /** The number of held bytes; the first belongs to the incomplete object. */
    private int length;
    /** The index of the next byte to read; beyond the held bytes if they end in a backslash. */
    private int seen;

    private int depth;
    private boolean inText;

    /** @param longest the size limit of an object in bytes */
    Splitter(int longest) {
        this.longest = longest;
    }

    /** Sets the size limit of an object in bytes. @throws IOException if more than that has arrived of an object */
    void limit(int bytes) throws IOException {
        longest = bytes;
        check(length);
    }

    private void check(int bytes) throws IOException {
        if (bytes > longest) {
            throw new IOException("a message of more than " + longest + " bytes");
        }
    }

    /** Drops what has arrived of an incomplete object. */
    void clear() {
        held = NONE;
        length = 0;
        seen = 0;
    }

    /** Gets each complete object: the bytes from {@code from} to before {@code to}. */
    interface Sink {
        void object(byte[] bytes, int from, int to) throws IOException;
    }

    /**
     * Reads all bytes of a buffer.
     *
     * @throws IOException if something other than an object starts, or an object is too long
     */
    void take(ByteBuf in, Sink sink) throws IOException {
        int more = in.readableBytes();
        if (length + more > held.length) {
            held = Arrays.copyOf(held, Math.max(length + more, Math.min(2 * length, longest)));
        }
        in.readBytes(held, length, more);
        length += more;
        int start = split(sink);
        check(length - start);
        if (start == length) {
            held = NONE;
        } else if (start > 0) {
            held = Arrays.copyOfRange(held, start, length);
        }
        length -= start;
        seen -= start;
    }

    /** @return the index of the first byte that belongs to no complete object */
    private int split(Sink sink) throws IOException {
        byte[] bytes = held;
        int start = 0;
        int at = seen;
        for (; at < length; at++) {
            byte b = bytes[at];
            if (inText) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    inText = false;
                }
            } else if (depth == 0 && b != '{') {
                if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                    throw new IOException("expected a JSON-RPC object");
                }
                start = at + 1;
            } else if (b == '"') {
                inText = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                sink.object(bytes, start, at + 1);
                start = at + 1;
            }
        }
        seen = at;
        return start;
    }
}
