package io.heddle.ovsdb;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.opendaylight.ovsdb.lib.jsonrpc.JsonRpcEndpoint;

/**
 * A host that sends any bytes: they may end its session, and nothing else. A fuzzer calls it with inputs that it makes
 * up; {@link OvsdbFuzzTest} calls it with those that are kept.
 */
public final class OvsdbFuzz {
    private OvsdbFuzz() {}

    /** @param data what the host sends; before Heddle knows it if the first byte is odd, as a reply to come if not */
    public static void fuzzerTestOneInput(byte[] data) {
        EmbeddedChannel channel = new EmbeddedChannel();
        JsonRpcEndpoint rpc = new JsonRpcEndpoint(channel);
        OvsdbSession session = new OvsdbSession(channel, rpc, new OvsdbSession.Listener() {
            @Override
            public void introduced(OvsdbSession introduced, String systemId) {
                introduced.begin();
            }

            @Override
            public void ready(OvsdbSession ready) {
                ready.database().systemId();
                HostDiff.between(HostState.EMPTY, ready.database());
            }

            @Override
            public void changed(OvsdbSession changed) {
                changed.database().systemId();
            }

            @Override
            public void closed(OvsdbSession closed, String why) {}
        });
        channel.pipeline().addLast(new Messages(session), rpc, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                session.ended();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                if (cause instanceof Error e) {
                    throw e;
                }
                session.failed(cause);
            }
        });
        try {
            if (data.length > 0 && (data[0] & 1) == 1) {
                // Its time must not run out while a slow machine gets to the input: then the channel is closed before.
                session.introduce(600);
            } else {
                session.start();
            }
            channel.runPendingTasks();
            if (data.length > 1) {
                channel.writeInbound(Unpooled.copiedBuffer(data, 1, data.length - 1));
            }
            channel.runPendingTasks();
        } finally {
            channel.finishAndReleaseAll();
        }
    }
}
