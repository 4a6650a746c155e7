package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/** Sends multipart requests. Source: OpenFlow 1.3.5 §7.3.5. */
public final class Multipart {
    private static final int HEADER = Wire.HEADER + 8;
    /** The offset of the low byte of the flags. */
    private static final int FLAGS = Wire.HEADER + 3;

    private Multipart() {}

    /**
     * Sends a request; only on the switch's event loop.
     *
     * @param request writes the request, given its xid
     * @param part reads the body of one part
     * @param done gets null after the last part, or the error
     */
    static void read(
            Switch connection, ObjIntConsumer<ByteBuf> request, Consumer<ByteBuf> part, Consumer<String> done) {
        connection.ask(request, new Switch.Answer() {
            @Override
            public boolean received(ByteBuf message) {
                part.accept(message.duplicate().skipBytes(HEADER));
                boolean last = !more(message);
                if (last) {
                    done.accept(null);
                }
                return last;
            }

            @Override
            public void failed(String why) {
                done.accept(why);
            }
        });
    }

    /** Sends a request from any thread; {@code part} runs on the switch's event loop. */
    public static CompletableFuture<Void> ask(
            SwitchConnection connection, ObjIntConsumer<ByteBuf> request, Consumer<ByteBuf> part) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        connection
                .loop()
                .execute(() -> read(connection, request, part, why -> {
                    if (why == null) {
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(new IllegalStateException(why));
                    }
                }));
        return answer;
    }

    /** Whether more parts of a multipart reply follow. */
    static boolean more(ByteBuf message) {
        return (message.getUnsignedByte(message.readerIndex() + FLAGS) & 1) != 0;
    }
}
