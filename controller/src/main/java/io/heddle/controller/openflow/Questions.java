package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;

/** What a switch was sent and has yet to answer, or may yet refuse, by the numbers of the messages. On the switch's event loop. */
final class Questions {
    static final int LAST_XID = 0x7fffffff;

    private final IntObjectMap<SwitchConnection.Answer> open = new IntObjectHashMap<>();
    private final List<Run<?>> runs = new ArrayList<>();
    private int xid = 1;

    int nextXid() {
        return xid++ & LAST_XID;
    }

    /** A message of this number asks something. */
    void add(int number, SwitchConnection.Answer answer) {
        open.put(number, answer);
    }

    /** A message has come. @return whether it answers a question */
    boolean answered(ByteBuf message) {
        SwitchConnection.Answer answer = open.get(Wire.xid(message));
        if (answer != null && answer.received(message)) {
            open.remove(Wire.xid(message));
        }
        return answer != null;
    }

    /** The switch refuses something, which a question or a run hears of. */
    void refused(ByteBuf error, String why) {
        SwitchConnection.Answer answer = open.remove(Wire.xid(error));
        if (answer != null) {
            answer.failed(why);
        } else {
            runs.stream().anyMatch(r -> r.refused(error, why));
        }
    }

    /** Tells {@code run} of errors about its messages. */
    void watch(Run<?> run) {
        runs.add(run);
    }

    void unwatch(Run<?> run) {
        runs.remove(run);
    }

    /** No answer will come any more. */
    void close(String why) {
        for (SwitchConnection.Answer a : open.values().toArray(SwitchConnection.Answer[]::new)) {
            a.failed(why);
        }
        open.clear();
    }
}
