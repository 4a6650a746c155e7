package io.heddle.controller.openflow;

import io.heddle.controller.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * Cuts the byte stream into OpenFlow messages by the length in their header, however TCP split or joined them. Each
 * message is a retained slice; whoever takes it releases it.
 *
 * <p>A length under eight or a version that OpenFlow never had means that the peer does not speak OpenFlow, or that
 * the stream is out of step: neither can be mended, so the connection ends. The first message must be a short HELLO, so
 * that noise does not get to announce 64 kilobytes and have us wait for them.
 */
final class OpenFlowFrameDecoder extends ByteToMessageDecoder {
    private static final int HIGHEST_VERSION = 6;
    private static final int HELLO = 0;
    private static final int LONGEST_HELLO = 1024;

    private boolean greeted;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < 4) {
            return;
        }
        int version = in.getUnsignedByte(in.readerIndex());
        int length = in.getUnsignedShort(in.readerIndex() + 2);
        int type = in.getUnsignedByte(in.readerIndex() + 1);
        if (version == 0 || version > HIGHEST_VERSION || length < Wire.HEADER
                || !greeted && (type != HELLO || length > LONGEST_HELLO)) {
            throw new CorruptedFrameException("not OpenFlow: version " + version + ", type " + type + ", length "
                    + length + (greeted ? "" : ", expected HELLO first"));
        }
        if (in.readableBytes() >= length) {
            greeted = true;
            out.add(in.readRetainedSlice(length));
        }
    }
}
