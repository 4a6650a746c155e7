package io.heddle.importing.host;

/**
 * A place in a host's files.
 *
 * @param line counts from 1; 0 for the whole file
 */
record Place(String file, int line) {
    HostFileException error(String message) {
        return new HostFileException(toString(), message);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
