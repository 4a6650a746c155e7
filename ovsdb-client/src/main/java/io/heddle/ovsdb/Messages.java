package io.heddle.ovsdb;

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
 * JSON-RPC messages between bytes and trees. What a host asks by itself is answered here: echoes with the parameters they
 * came with, as RFC 7047 §4.1.11 asks, and updates (§4.1.6), which the RPC layer would copy node by node first. The RPC
 * layer gets the answers to what it has asked.
 */
final class Messages extends ChannelDuplexHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The largest message; the initial copy of a host with some ten thousand ports fits. */
    private static final int LONGEST = 64 << 20;

    private final Splitter splitter = new Splitter(LONGEST);
    private final OvsdbSession session;

    Messages(OvsdbSession session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        ByteBuf in = (ByteBuf) message;
        try {
            splitter.take(in, (bytes, from, to) -> take(ctx, JSON.readTree(bytes, from, to - from)));
        } finally {
            in.release();
        }
    }

    private void take(ChannelHandlerContext ctx, JsonNode json) {
        switch (json.path("method").asText()) {
            case "" -> ctx.fireChannelRead(json);
            case "echo" -> {
                ObjectNode answer = JSON.createObjectNode();
                answer.set("id", json.get("id"));
                answer.set("result", json.get("params"));
                answer.putNull("error");
                ctx.writeAndFlush(bytes(answer.toString()));
            }
            case "update" -> session.update(json.path("params").path(1));
            default -> {
                // "locked" and "stolen" are left, and Heddle asks for no locks.
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(bytes((String) message), promise);
    }

    /** The virtual machine encodes a whole text at once; Netty's encoder goes by characters, slowly until it is compiled. */
    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
