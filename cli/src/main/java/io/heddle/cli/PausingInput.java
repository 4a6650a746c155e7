package io.heddle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The bytes of a channel, with an error if none come for too long. Sends with the same limit of time. */
final class PausingInput extends InputStream {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final int pauseMillis;

    PausingInput(SocketChannel channel, int pauseMillis) throws IOException {
        this.channel = channel;
        this.pauseMillis = pauseMillis;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
        int n = channel.read(buffer);
        while (n == 0) {
            await();
            n = channel.read(buffer);
        }
        return n;
    }

    /** Sends bytes, all of them. */
    void send(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        key.interestOps(SelectionKey.OP_WRITE);
        while (left.hasRemaining()) {
            if (channel.write(left) == 0) {
                await();
            }
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    private void await() throws IOException {
        if (selector.select(pauseMillis) == 0 && pauseMillis > 0) {
            throw new SocketTimeoutException("no answer");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
