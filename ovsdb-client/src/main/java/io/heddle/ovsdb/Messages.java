package io.heddle.ovsdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Converts JSON-RPC messages between bytes and trees. Handles the host's own messages here: replies to echoes with
 * their parameters, as RFC 7047 §4.1.11 requires, and applies updates (§4.1.6), which the RPC layer would first copy
 * node by node. Passes replies to Heddle's requests on to the RPC layer.
 */
final class Messages extends ChannelDuplexHandler {
    /** Keeps no field names: most are UUIDs, and a stranger could make up ever new ones. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build());

    /** The size limit of a message in bytes; the initial copy of a host with some ten thousand ports fits. */
    private static final int LONGEST = 64 << 20;
    /** Likewise before Heddle knows the host: its introduction is short. */
    private static final int LONGEST_OF_STRANGER = 64 << 10;

    /**
     * Likewise after its introduction: it sends echoes and replies to Heddle's. Thousands of hosts may wait, and each
     * may have sent half a message.
     */
    private static final int LONGEST_OF_INTRODUCED = 4 << 10;

    /** The event of a pipeline whose host has introduced itself. */
    static final Object INTRODUCED = new Object();

    /** Messages of a stranger: one introduces it, and echoes keep it connected. */
    private static final int MESSAGES_AT_ONCE = 100;

    private static final int MESSAGES_PER_SECOND = 10;

    private final long begun = System.nanoTime();
    private long messages;
    private final Splitter splitter = new Splitter(LONGEST_OF_STRANGER);
    private final OvsdbSession session;

    Messages(OvsdbSession session) {
        this.session = session;
    }

    /** A request that waits for its answer holds the session for some seconds longer: drops a half-sent message. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        splitter.clear();
        ctx.fireChannelInactive();
    }

    /** What the host has sent with its introduction counts as well. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws IOException {
        if (event == INTRODUCED) {
            splitter.limit(LONGEST_OF_INTRODUCED);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        ByteBuf in = (ByteBuf) message;
        boolean known = session.hasBegun();
        if (known) {
            splitter.limit(LONGEST);
        }
        try {
            splitter.take(in, (bytes, from, to) -> {
                if (!known) {
                    countStrange();
                }
                take(ctx, JSON.readTree(bytes, from, to - from));
            });
        } finally {
            in.release();
        }
    }

    private void countStrange() throws IOException {
        long seconds = (System.nanoTime() - begun) / 1_000_000_000L;
        if (++messages > MESSAGES_AT_ONCE + MESSAGES_PER_SECOND * seconds) {
            throw new IOException("too many messages from a host that Heddle does not know");
        }
    }

    private void take(ChannelHandlerContext ctx, JsonNode json) {
        switch (json.path("method").asText()) {
            case "" -> ctx.fireChannelRead(json);
            case "echo" -> {
                if (!ctx.channel().isWritable()) {
                    // A peer that does not read its replies gets no more of them: they would fill the memory.
                    return;
                }
                ObjectNode answer = JSON.createObjectNode();
                answer.set("id", json.get("id"));
                answer.set("result", json.get("params"));
                answer.putNull("error");
                ctx.writeAndFlush(bytes(answer.toString()));
            }
            case "update" -> session.update(json.path("params").path(1));
            case "stolen" -> session.stolen();
            default -> {
                // Only "locked" remains: Heddle takes locks at once.
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(bytes((String) message), promise);
    }

    /**
     * The JVM encodes a whole string at once; Netty's encoder works by character, slowly until the JVM has compiled it.
     */
    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
