package io.heddle.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * What one connection may cost the others while it is a guest: memory, see {@link GuestMemory}, and time on its event
 * loop. Confined to that loop.
 */
final class GuestShare {
    /** Messages of a guest that are read a second, but for packet-ins. A message counts again for each 128 bytes. */
    private static final int WORK_PER_SECOND = 4000;

    private static final int WORK_SHIFT = 7;

    /** Of the loop that this runs on. */
    private static final FastThreadLocal<Turns> TURNS = new FastThreadLocal<>() {
        @Override
        protected Turns initialValue() {
            return new Turns();
        }
    };

    private final SwitchConnection connection;
    private final GuestMemory memory;
    private final Rate share = new Rate(WORK_PER_SECOND, WORK_PER_SECOND / 2, System.nanoTime());
    /** What the messages of the current read cost, in units of {@link #WORK_PER_SECOND}. */
    private int work;

    /** When the current read began, from {@link System#nanoTime}; 0 before its first message that counts. */
    private long begun;

    private boolean guest = true;

    GuestShare(SwitchConnection connection, GuestMemory memory) {
        this.connection = connection;
        this.memory = memory;
    }

    /** The connection is open. It waits for its turn: a handshake costs time, and many may come at once. */
    void opened() {
        pause(TURNS.get().remaining(System.nanoTime()));
    }

    /** A message has come that is no packet-in. */
    void received(ByteBuf message) {
        if (guest && begun == 0) {
            begun = System.nanoTime();
        }
        work += 1 + (message.readableBytes() >> WORK_SHIFT);
    }

    /** A read is over. Reads from a guest only as fast as others can bear; TCP holds it back. */
    void readComplete() {
        boolean before = guest;
        guest = connection.isGuest();
        if (guest) {
            long now = System.nanoTime();
            if (work > 0) {
                long turn = begun == 0 ? 0 : TURNS.get().used(now - begun, now);
                pause(Math.max(turn, share.take(work, now)));
            }
            if (connection.isActive()) {
                memory.holds(connection, connection.held());
            }
        } else if (before) {
            memory.forget(connection);
            if (connection.portTable().isIncomplete()) {
                connection.close("the network file names this switch now: it must tell its ports again");
            }
        }
        work = 0;
        begun = 0;
    }

    private void pause(long nanos) {
        if (nanos > 0) {
            connection.pause(nanos);
        }
    }
}
