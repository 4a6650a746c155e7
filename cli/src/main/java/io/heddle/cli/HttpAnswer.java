package io.heddle.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer to a request on a connection that ends with it. Source: RFC 9112, §2 to §7.
 *
 * @param body without the marks of its transfer; an {@link EOFException} if the connection ends before it does
 */
record HttpAnswer(int status, InputStream body) implements Exchange {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,18}");
    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]{1,15}");
    private static final int LONGEST_SHOWN = 40;
    private static final int LONGEST_LINE = 65_536;
    private static final int MOST_LINES = 200;

    /** Reads the head. @throws IOException if it is none */
    static HttpAnswer read(InputStream connection) throws IOException {
        InputStream in = new BufferedInputStream(connection);
        String first = line(in);
        Matcher status = STATUS.matcher(first);
        if (!status.matches()) {
            throw new IOException(
                    "the socket is not that of a controller: expected HTTP/1.1 200, found \"" + shown(first) + "\"");
        }
        long length = -1;
        boolean chunked = false;
        int lines = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            if (name.equals("content-length")) {
                if (length >= 0) {
                    throw new IOException("the answer has two lengths");
                }
                length = number(value, DECIMAL, 10);
            } else if (name.equals("transfer-encoding")) {
                if (chunked || !value.equalsIgnoreCase("chunked")) {
                    throw new IOException("the answer comes in a way that is not known: " + shown(value));
                }
                chunked = true;
            }
            if (++lines > MOST_LINES) {
                throw new IOException("the answer has more than " + MOST_LINES + " headers");
            }
        }
        return new HttpAnswer(
                Integer.parseInt(status.group(1)), chunked ? new Chunked(in) : length < 0 ? in : new Exact(in, length));
    }

    private static long number(String text, Pattern digits, int radix) throws IOException {
        if (!digits.matcher(text).matches()) {
            throw new IOException("the answer has a wrong length: " + shown(text));
        }
        return Long.parseLong(text, radix);
    }

    /** The begin of a text, without what could steer a terminal. */
    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_SHOWN)).replaceAll("[^ -~]", "?");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the controller has closed the connection");
            } else if (line.length() >= LONGEST_LINE) {
                throw new IOException("the answer has a line of more than " + LONGEST_LINE + " bytes");
            }
            line.append((char) c);
        }
        String text = line.toString().replaceFirst("\r$", "");
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** A part of a connection with a length. */
    private static class Exact extends FilterInputStream {
        private long left;

        Exact(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        /** Begins the next part, if there is one. @return its length, 0 at the end */
        long next() throws IOException {
            return 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                left = next();
                if (left == 0) {
                    return -1;
                }
            }
            int n = super.read(into, from, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("the controller has closed the connection before its answer was complete");
            }
            left -= n;
            return n;
        }
    }

    /** Parts, each after a line with its length in hexadecimal digits. */
    private static final class Chunked extends Exact {
        private boolean begun;
        private boolean ended;

        Chunked(InputStream in) {
            super(in, 0);
        }

        @Override
        long next() throws IOException {
            if (ended) {
                return 0;
            }
            if (begun) {
                line(in);
            }
            begun = true;
            long length = number(line(in).replaceFirst("[; ].*", ""), HEXADECIMAL, 16);
            ended = length == 0;
            return length;
        }
    }
}
