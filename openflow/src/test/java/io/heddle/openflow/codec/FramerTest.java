package io.heddle.openflow.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramerTest {
    private static ChannelInboundHandlerAdapter framing(Consumer<ByteBuf> messages) {
        Framer framer = new Framer(m -> messages.accept(Unpooled.copiedBuffer(m)));
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object chunk) {
                framer.read(ctx, (ByteBuf) chunk);
            }
        };
    }

    @Property(tries = 100)
    void splitsMessagesHoweverTcpSplitsThem(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuf stream = Unpooled.buffer();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int length = i > 0 && random.nextInt(10) == 0 ? 65535 : 8 + random.nextInt(200);
            lengths.add(length);
            stream.writeByte(4)
                    .writeByte(i == 0 ? 0 : random.nextInt(30))
                    .writeShort(length)
                    .writeInt(i)
                    .writeZero(length - 8);
        }
        List<ByteBuf> messages = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(framing(messages::add));
        while (stream.isReadable()) {
            int piece = Math.min(stream.readableBytes(), 1 + random.nextInt(3000));
            channel.writeInbound(stream.readBytes(piece));
        }
        for (int i = 0; i < lengths.size(); i++) {
            ByteBuf message = messages.get(i);
            assertEquals(lengths.get(i), message.readableBytes());
            assertEquals(i, message.getInt(message.readerIndex() + 4));
        }
        assertEquals(lengths.size(), messages.size());
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "\u0016\u0003\u0001\u0002\u0000",
                "\u0004\u0000\u0000\u0007abcd",
                "\u0004\n\u0000\u0020abcd",
                "\u0004\u0000\u00ff\u0000abcd"
            })
    void endsTheConnectionOfAPeerThatDoesNotSpeakOpenFlow(String garbage) {
        EmbeddedChannel channel = new EmbeddedChannel(framing(m -> {}));
        ByteBuf bytes = Unpooled.copiedBuffer(garbage, StandardCharsets.ISO_8859_1);
        assertThrows(CorruptedFrameException.class, () -> channel.writeInbound(bytes));
    }
}
