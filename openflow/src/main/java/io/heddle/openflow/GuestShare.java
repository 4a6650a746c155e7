package io.heddle.openflow;

import io.netty.buffer.ByteBuf;

/**
 * What one connection may cost the others while it is a guest: memory, see {@link GuestMemory}, and time on its event
 * loop. Confined to that loop.
 */
final class GuestShare {
    /** Messages of a guest that are read a second, but for packet-ins. A message counts again for each 128 bytes. */
    private static final int WORK_PER_SECOND = 4000;

    private static final int WORK_SHIFT = 7;

    private final SwitchConnection connection;
    private final GuestMemory memory;
    private final Rate share = new Rate(WORK_PER_SECOND, WORK_PER_SECOND / 2, System.nanoTime());
    /** What the messages of the current read cost, in units of {@link #WORK_PER_SECOND}. */
    private int work;

    private boolean guest = true;

    GuestShare(SwitchConnection connection, GuestMemory memory) {
        this.connection = connection;
        this.memory = memory;
    }

    /** A message has come that is no packet-in. */
    void received(ByteBuf message) {
        work += 1 + (message.readableBytes() >> WORK_SHIFT);
    }

    /** A read is over. Reads from a guest only as fast as others can bear; TCP holds it back. */
    void readComplete() {
        boolean before = guest;
        guest = connection.isGuest();
        if (guest) {
            long owed = work > 0 ? share.take(work, System.nanoTime()) : 0;
            if (owed > 0) {
                connection.pause(owed);
            }
            if (connection.isActive()) {
                memory.holds(connection, connection.held());
            }
        } else if (before) {
            memory.forget(connection);
        }
        work = 0;
    }
}
