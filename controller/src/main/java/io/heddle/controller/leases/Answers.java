package io.heddle.controller.leases;

import io.heddle.controller.dhcp.Dhcp6Frame;
import io.heddle.controller.dhcp.Dhcp6Message;
import io.heddle.controller.dhcp.DhcpFrame;
import io.heddle.controller.dhcp.DhcpMessage;
import io.heddle.flows.model.Gateways;

/** The frames in which answers go back to clients. Source: RFC 2131 §4.1. */
final class Answers {
    private Answers() {}

    /** The frame of an answer by DHCPv6 to the link-local address of the client (RFC 8415 §18.3.10). */
    static byte[] frame(Places.Place place, Dhcp6Frame asked, Dhcp6Message answer) {
        return new Dhcp6Frame(
                        asked.source(),
                        place.serverMac(),
                        asked.tags(),
                        Gateways.linkLocal(place.serverMac()),
                        asked.from(),
                        Dhcp6Frame.CLIENT_PORT,
                        answer.write())
                .write();
    }

    /** The frame of an answer, with the tags of the question. */
    static byte[] frame(Places.Place place, DhcpFrame asked, DhcpMessage answer) {
        boolean refusal = answer.type() == DhcpMessage.NAK;
        boolean hasAddress = !refusal && answer.ciaddr() != 0;
        boolean broadcast = !hasAddress && (refusal || (answer.flags() & DhcpMessage.BROADCAST) != 0);
        int to = broadcast ? DhcpFrame.ALL_ADDRESSES : hasAddress ? answer.ciaddr() : answer.yiaddr();
        return new DhcpFrame(
                        broadcast ? DhcpFrame.ALL_MACS : asked.source(),
                        place.serverMac(),
                        asked.tags(),
                        place.plan().orElseThrow().server(),
                        to == 0 ? DhcpFrame.ALL_ADDRESSES : to,
                        DhcpFrame.CLIENT_PORT,
                        answer.write())
                .write();
    }
}
