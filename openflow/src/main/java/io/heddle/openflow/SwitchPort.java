package io.heddle.openflow;

import com.google.common.base.CharMatcher;
import org.projectfloodlight.openflow.protocol.OFPortConfig;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortState;

/**
 * A port, as the switch describes it.
 *
 * @param number the OpenFlow port number
 * @param name the interface's name
 * @param mac the hardware address
 * @param up whether the port has a link and is not shut down
 */
public record SwitchPort(int number, String name, String mac, boolean up) {
    private static final CharMatcher CONTROL = CharMatcher.javaIsoControl();

    static SwitchPort of(OFPortDesc desc) {
        boolean up = !desc.getState().contains(OFPortState.LINK_DOWN)
                && !desc.getConfig().contains(OFPortConfig.PORT_DOWN);
        return new SwitchPort(
                desc.getPortNo().getPortNumber(),
                clean(desc.getName()),
                desc.getHwAddr().toString(),
                up);
    }

    /** The name without control characters: it goes to logs and terminals. */
    static String clean(String name) {
        return CONTROL.matchesAnyOf(name) ? CONTROL.replaceFrom(name, '?') : name;
    }
}
