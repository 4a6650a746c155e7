package io.heddle.config;

/**
 * An error or a note on a network file, with what would be right.
 *
 * @param line counts from 1
 * @param column counts from 1
 * @param path the place in the document, such as {@code hosts.hv1.bridges.br0}
 */
public record Problem(String file, int line, int column, String path, String message) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
