package io.heddle.controller.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Where connections wait while more come than the API's thread can serve. It takes them from the kernel at once: the
 * kernel's queue is the same for everybody, and when it is full, a client tries again only after a second. A supervisor
 * that asks whether the process lives must not wait behind thousands of others, so the reception reads the first bytes
 * of each connection and lets {@link Visitor#isUrgent() urgent} ones through.
 *
 * <p>Handles a channel that listens, on the thread that accepts. When nobody waits, it passes connections on untouched.
 */
final class Reception extends ChannelInboundHandlerAdapter {
    /** How many the API's thread gets in one of its turns. Between two turns it serves those that it has. */
    private static final int BATCH = 64;
    /** How many may wait, each with up to 2 KiB of first bytes. When there are more, the others wait in the kernel. */
    private static final int ROOM = 12_000;

    private final ConnectionLimit limit;
    private final Deque<Visitor> urgent = new ArrayDeque<>();
    private final Deque<Visitor> others = new ArrayDeque<>();
    private ChannelHandlerContext listening;
    private int waiting;
    private int handedOn;
    private int takenIn;

    Reception(ConnectionLimit limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        listening = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        Channel channel = (Channel) accepted;
        if (waiting == 0 && handedOn < BATCH) {
            handedOn++;
            handOn(channel);
            return;
        }
        if (++waiting >= ROOM) {
            ctx.channel().config().setAutoRead(false);
        }
        channel.pipeline().addLast(new Visitor(this));
        ctx.channel().eventLoop().register(channel).addListener(done -> {
            if (!done.isSuccess()) {
                left();
                channel.unsafe().closeForcibly();
            }
        });
    }

    /** A connection has said what it wants, or nothing for a while. */
    void ready(Visitor visitor) {
        (visitor.isUrgent() ? urgent : others).add(visitor);
        next();
    }

    /** A connection goes, to the API or away. */
    void left() {
        if (--waiting < ROOM) {
            listening.channel().config().setAutoRead(true);
        }
    }

    private void next() {
        // Urgent ones have a batch of their own: also they must not take all of the API's time.
        while (handedOn < 2 * BATCH && !urgent.isEmpty()) {
            letIn(urgent.remove());
        }
        while (handedOn < BATCH && !others.isEmpty()) {
            letIn(others.remove());
        }
    }

    private void letIn(Visitor visitor) {
        if (visitor.isGone()) {
            return;
        }
        left();
        handedOn++;
        Channel channel = visitor.leave();
        channel.deregister().addListener(done -> {
            if (done.isSuccess() && channel.isActive()) {
                handOn(channel);
            } else {
                channel.unsafe().closeForcibly();
                takenIn();
            }
        });
    }

    private void handOn(Channel channel) {
        int tooMany = limit.arrived(channel);
        channel.closeFuture().addListener(closed -> limit.left(channel));
        // From here on it has the API's event loop.
        listening.fireChannelRead(channel);
        channel.eventLoop().execute(() -> {
            if (tooMany > 0) {
                limit.makeRoom();
            }
            listening.executor().execute(this::takenIn);
        });
    }

    /** The API's thread has taken one in. Its turn is over when it has nothing left to do: then it reads again. */
    private void takenIn() {
        if (++takenIn == handedOn) {
            listening.executor().schedule(this::turn, 1, TimeUnit.MILLISECONDS);
        }
    }

    private void turn() {
        handedOn -= takenIn;
        takenIn = 0;
        next();
    }
}
