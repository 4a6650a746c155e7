package io.heddle.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps other controllers out of a state folder. */
public final class StateLock implements Closeable {
    private final FileChannel file;

    /** Another controller has the lock. */
    public static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(Path folder) {
            super("another controller uses the state in " + folder + ": stop it, or give this one its own --state");
        }
    }

    private StateLock(FileChannel file) {
        this.file = file;
    }

    /** Takes the lock. @throws Taken if another process has it */
    public static StateLock take(Path folder) throws IOException {
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (file.tryLock() == null) {
            file.close();
            throw new Taken(folder);
        }
        return new StateLock(file);
    }

    @Override
    public void close() throws IOException {
        // This ends the lock as well.
        file.close();
    }
}
