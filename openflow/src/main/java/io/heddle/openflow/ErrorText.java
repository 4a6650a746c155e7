package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFErrorMsg;
import org.projectfloodlight.openflow.protocol.OFFactories;

/** Describes an OpenFlow error in words, with the type of the message that caused it. */
final class ErrorText {
    private ErrorText() {}

    static String of(ByteBuf in) {
        int at = in.readerIndex() + Wire.HEADER;
        if (in.readableBytes() < Wire.HEADER + 4) {
            return "an error without a type";
        }
        String numbers = "type " + in.getUnsignedShort(at) + " code " + in.getUnsignedShort(at + 2);
        String cause = in.readableBytes() >= Wire.HEADER + 4 + Wire.HEADER
                ? ", caused by message type " + in.getUnsignedByte(at + 5) + " xid " + in.getInt(at + 8)
                : "";
        return name(in.duplicate()) + " (" + numbers + ")" + cause;
    }

    private static String name(ByteBuf in) {
        try {
            OFErrorMsg error = (OFErrorMsg) OFFactories.getGenericReader().readFrom(in);
            String text = error.toString();
            int code = text.indexOf("code=");
            return error.getErrType() + (code < 0 ? "" : "/" + text.substring(code + 5, text.indexOf(',', code)));
        } catch (OFParseError | RuntimeException e) {
            return "an error that Heddle cannot read";
        }
    }
}
