package io.heddle.apps.stateful;

import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Instructions;

/** The tables for frames of one direction. */
enum Stage {
    /** Frames from a port. */
    FROM(1, Table.TRACK_FROM, Table.FROM, Table.FROM_RELATED, Table.ADMIT_FROM, Table.LEARN),
    /** Frames to a port. */
    TO(2, Table.TRACK_TO, Table.TO, Table.TO_RELATED, Table.ADMIT_TO, Table.FORWARD);

    /** The mark of connections that begin with a frame of this direction. */
    final int mark;

    /** Finds the connection. */
    final Table track;

    /** Judges it by the headers of the frame. */
    final Table judge;

    /** Judges it by what the switch knows of it. */
    final Table related;

    /** Remembers it. */
    final Table admit;

    /** Goes on after all of this. */
    final Instructions leave;

    Stage(int mark, Table track, Table judge, Table related, Table admit, Table then) {
        this.mark = mark;
        this.track = track;
        this.judge = judge;
        this.related = related;
        this.admit = admit;
        this.leave = Instructions.go(then.number());
    }

    /** The direction in which the connection of a frame began. @param reply whether the frame goes against it */
    Acl.Direction began(boolean reply) {
        return (this == FROM) == reply ? Acl.Direction.TO : Acl.Direction.FROM;
    }

    Instructions allow() {
        return Instructions.go(admit.number());
    }
}
