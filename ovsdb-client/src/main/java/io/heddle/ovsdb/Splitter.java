package io.heddle.ovsdb;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;

/**
 * Finds where JSON objects end in a stream of bytes. Every byte is looked at once, in an array: until the virtual
 * machine has compiled it, that is what a host's first messages cost most by otherwise (Netty's decoder asks a buffer
 * for each byte). Holds nothing between messages.
 */
final class Splitter {
    private static final byte[] NONE = {};

    private final int longest;
    private byte[] held = NONE;
    /** Of what is held, the first byte belongs to the object that is not complete. */
    private int length;
    /** Where to go on: behind what is held if it ends in a backslash. */
    private int seen;

    private int depth;
    private boolean inText;

    /** @param longest the bytes that an object may have */
    Splitter(int longest) {
        this.longest = longest;
    }

    /** Gets an object: these bytes, from {@code from} to before {@code to}. */
    interface Sink {
        void object(byte[] bytes, int from, int to) throws IOException;
    }

    /** Takes all of a buffer's bytes. @throws IOException where something else than an object begins, or one is too long */
    void take(ByteBuf in, Sink sink) throws IOException {
        int more = in.readableBytes();
        if (length + more > held.length) {
            held = Arrays.copyOf(held, Math.max(length + more, 2 * length));
        }
        in.readBytes(held, length, more);
        length += more;
        int start = split(sink);
        if (length - start > longest) {
            throw new IOException("a message of more than " + longest + " bytes");
        }
        if (start == length) {
            held = NONE;
        } else if (start > 0) {
            held = Arrays.copyOfRange(held, start, length);
        }
        length -= start;
        seen -= start;
    }

    /** @return where the first byte stands that belongs to no complete object */
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
