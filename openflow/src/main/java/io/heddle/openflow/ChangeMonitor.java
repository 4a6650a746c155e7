package io.heddle.openflow;

import io.heddle.apps.all.LearntCookies;
import io.heddle.openflow.codec.OnfCodec;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Notices external changes to a switch's flow entries by the switch's flow monitor. Polls a switch that has no flow
 * monitor. Confined to the switch's event loop. Source: ONF EXT-187.
 */
final class ChangeMonitor {
    private static final int ID = 1;
    private static final long POLL_MILLIS = 10_000;

    private enum Source {
        NOT_ASKED,
        ASKED,
        SWITCH,
        CLOCK
    }

    private final Switch connection;
    private final Runnable changed;
    private Source source = Source.NOT_ASKED;

    /** @param changed called when entries may have changed, except for learnt ones, which come and go */
    ChangeMonitor(Switch connection, Runnable changed) {
        this.connection = connection;
        this.changed = changed;
    }

    /** Requests a flow monitor, once. */
    void start() {
        if (source != Source.NOT_ASKED) {
            return;
        }
        source = Source.ASKED;
        connection.ask((out, xid) -> OnfCodec.writeMonitorRequest(out, xid, ID), new Switch.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                source = Source.SWITCH;
                event(message);
                return true;
            }

            @Override
            public void failed(String why) {
                source = Source.CLOCK;
                pollLater();
            }
        });
    }

    /** Whether the switch reports every change. */
    boolean isComplete() {
        return source == Source.SWITCH;
    }

    private void pollLater() {
        connection.schedule(
                () -> {
                    if (connection.isActive()) {
                        changed.run();
                        pollLater();
                    }
                },
                POLL_MILLIS);
    }

    /** Takes a multipart reply that answers no request: it may be an event of the flow monitor. */
    void event(ByteBuf message) {
        ByteBuf body = message.duplicate().skipBytes(Wire.HEADER);
        if (body.readableBytes() < 8 || body.readUnsignedShort() != Wire.STATS_EXPERIMENTER) {
            return;
        }
        body.skipBytes(6);
        OnfCodec.readMonitor(body, cookie -> {
            if (!LearntCookies.isLearnt(cookie)) {
                changed.run();
            }
        });
    }
}
