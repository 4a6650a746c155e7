package io.heddle.store;

import java.io.IOException;

/**
 * A second place for the files of a state folder, which decides: what it has refused never happened. Its methods return
 * when it has what they give.
 */
public interface Replica {
    /** No second place. */
    Replica NONE = new Replica() {
        @Override
        public void put(String name, byte[] content) {}

        @Override
        public void append(String name, byte[] more) {}

        @Override
        public void delete(String name) {}

        @Override
        public void broken(String why) {}
    };

    /**
     * Gives a file another content.
     *
     * @param name the file's path in the folder, such as {@code versions/00000001.version}
     * @throws Uncertain if it may have, or may yet
     * @throws IOException if it has not; the message says why
     */
    void put(String name, byte[] content) throws IOException;

    /** Adds bytes to the end of a file. */
    void append(String name, byte[] more) throws IOException;

    /** Deletes a file, if there is one. */
    void delete(String name) throws IOException;

    /** The folder could not follow the replica: whoever uses it must begin anew with what the replica has. */
    void broken(String why);
}
