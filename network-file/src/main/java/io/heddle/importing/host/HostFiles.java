package io.heddle.importing.host;

import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one host that describe its network.
 *
 * @param name what the network file is to call the host
 * @param files the texts by name. Names begin below the host's {@code /etc}, such as {@code network/interfaces}, or are
 *     those of single files
 */
public record HostFiles(String name, Map<String, String> files) {
    /** The most characters of one file. */
    public static final int MOST_CHARACTERS = 4 << 20;

    public HostFiles {
        files = Map.copyOf(files);
    }

    /** The files in the order of their names. */
    Map<String, String> sorted() {
        return new TreeMap<>(files);
    }
}
