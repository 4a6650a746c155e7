package io.heddle.openflow;

import com.google.common.base.CharMatcher;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.projectfloodlight.openflow.protocol.OFPortConfig;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortState;

/**
 * A port, as the switch describes it.
 *
 * @param number the OpenFlow port number
 * @param name the interface's name
 * @param up whether the port has a link and is not shut down
 * @param live whether frames get through it, as far as the switch knows: if it runs BFD, whether the other end answers
 */
public record SwitchPort(int number, String name, boolean up, boolean live) {
    /** Bytes of a port's description. Source: OpenFlow 1.3.5 §7.2.1. */
    static final int BYTES = 64;

    private static final int NAME_BYTES = 16;
    private static final int NAME_AT = 16;
    private static final int CONFIG_AT = 32;
    private static final int STATE_AT = 36;
    /** OFPPS_LIVE. */
    private static final int LIVE = 4;
    /** The control character of ASCII above all others. */
    private static final int DELETE = 0x7f;

    private static final CharMatcher CONTROL = CharMatcher.javaIsoControl();

    static SwitchPort of(OFPortDesc desc) {
        boolean up = !desc.getState().contains(OFPortState.LINK_DOWN)
                && !desc.getConfig().contains(OFPortConfig.PORT_DOWN);
        boolean live = desc.getState().contains(OFPortState.LIVE);
        return new SwitchPort(desc.getPortNo().getPortNumber(), clean(desc.getName()), up, live);
    }

    /** Reads the description at {@code at}; faster than openflowj, because ports may come and go by the thousand. */
    static SwitchPort read(ByteBuf in, int at) {
        int name = in.indexOf(at + NAME_AT, at + NAME_AT + NAME_BYTES, (byte) 0);
        int length = name < 0 ? NAME_BYTES : name - at - NAME_AT;
        // Bit 0 of both: the port is shut down, the port has no link.
        boolean down = ((in.getInt(at + CONFIG_AT) | in.getInt(at + STATE_AT)) & 1) != 0;
        byte[] clean = new byte[length];
        for (int i = 0; i < length; i++) {
            byte b = in.getByte(at + NAME_AT + i);
            clean[i] = b >= 0 && b < ' ' || b == DELETE ? (byte) '?' : b;
        }
        boolean live = (in.getInt(at + STATE_AT) & LIVE) != 0;
        return new SwitchPort(in.getInt(at), new String(clean, StandardCharsets.US_ASCII), !down, live);
    }

    /** The name without control characters: it goes to logs and terminals. */
    static String clean(String name) {
        return CONTROL.matchesAnyOf(name) ? CONTROL.replaceFrom(name, '?') : name;
    }
}
