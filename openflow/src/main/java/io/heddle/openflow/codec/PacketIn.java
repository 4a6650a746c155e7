package io.heddle.openflow.codec;

import io.heddle.flows.model.Vtep;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Reads a PACKET_IN in place: {@link #wrap} finds the fields without copying or allocating. A connection reuses one
 * instance; its values are valid until the next {@code wrap}. It does not own the buffer.
 *
 * <p>Source: OpenFlow 1.3.5 §7.4.1.
 */
public final class PacketIn {
    private static final int MATCH = 24;
    private static final int OXM_IN_PORT = 0x80000004;
    private static final int OXM_METADATA = 0x80000408;
    private static final int OXM_TUN_ID = 0x80004c08;
    private static final int NXM_TUN_SRC = 0x00013e04;
    private static final int NXM_TUN_IPV6_SRC = 0x0001da10;
    private static final int MAC_BYTES = 6;
    private static final int VLAN = 0x8100;
    private static final int ARP = 0x0806;
    private static final int ARP_REPLY = 2;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_HEADER = 40;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int ICMPV6 = 58;
    private static final int TCP_ACK = 0x10;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REPLY_6 = 129;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int SOLICITED = 0x40;

    private ByteBuf buffer;
    private int table;
    private int totalLength;
    private long cookie;
    private int inPort;
    private long metadata;
    private int tunSrc;
    private long tunId;
    /** Where the message has the address of the tunnel's far end. */
    private int tunAddress;

    private boolean tunV6;
    private int frame;
    private int frameLength;

    /**
     * Reads the message.
     *
     * @return false when the message is too short to hold an Ethernet header, or its lengths contradict each other
     */
    public boolean wrap(ByteBuf message) {
        int start = message.readerIndex();
        int end = message.writerIndex();
        if (end - start < MATCH + 8) {
            return false;
        }
        buffer = message;
        table = message.getUnsignedByte(start + 15);
        totalLength = message.getUnsignedShort(start + 12);
        cookie = message.getLong(start + 16);
        inPort = 0;
        metadata = 0;
        tunSrc = 0;
        tunId = 0;
        int length = message.getUnsignedShort(start + MATCH + 2);
        int oxmEnd = start + MATCH + length;
        if (oxmEnd > end) {
            return false;
        }
        for (int at = start + MATCH + 4; at + 4 <= oxmEnd; ) {
            int header = message.getInt(at);
            int size = header & 0xff;
            if (at + 4 + size > oxmEnd) {
                return false;
            }
            switch (header) {
                case OXM_IN_PORT -> inPort = message.getInt(at + 4);
                case OXM_METADATA -> metadata = message.getLong(at + 4);
                case OXM_TUN_ID -> tunId = message.getLong(at + 4);
                case NXM_TUN_SRC -> {
                    tunSrc = message.getInt(at + 4);
                    tunAddress = at + 4;
                    tunV6 = false;
                }
                case NXM_TUN_IPV6_SRC -> {
                    tunSrc = Vtep.idOf(message.getLong(at + 4), message.getLong(at + 12));
                    tunAddress = at + 4;
                    tunV6 = true;
                }
                default -> {}
            }
            at += 4 + size;
        }
        frame = oxmEnd + OxmCodec.pad8(length) + 2;
        frameLength = end - frame;
        return frameLength >= 14;
    }

    public int table() {
        return table;
    }

    /** The cookie of the entry that sent the frame. */
    public long cookie() {
        return cookie;
    }

    public int inPort() {
        return inPort;
    }

    public long metadata() {
        return metadata;
    }

    /** The id of the tunnel's far end, see {@link Vtep}; 0 for a frame that did not come by a tunnel. */
    public int tunSrc() {
        return tunSrc;
    }

    /** Actions that send a frame back by the tunnel, to its far end; none for a frame that did not come by one. */
    public List<Action> backByTunnel() {
        if (tunSrc == 0) {
            return List.of();
        }
        Action to = tunV6
                ? new Action.SetField(
                        Field.TUN_IPV6_DST,
                        Masked.exact(
                                Field.TUN_IPV6_DST,
                                buffer.getLong(tunAddress),
                                buffer.getLong(tunAddress + Long.BYTES)))
                : new Action.SetField(Field.TUN_DST, tunSrc & 0xffff_ffffL);
        return List.of(new Action.SetField(Field.TUN_ID, tunId), to);
    }

    public long ethDst() {
        return mac(frame);
    }

    public long ethSrc() {
        return mac(frame + MAC_BYTES);
    }

    /** The VLAN_VID field: 0 for no tag, otherwise 0x1000 | VLAN number. */
    public int vlanVid() {
        return frameLength >= 18 && buffer.getUnsignedShort(frame + 12) == VLAN
                ? 0x1000 | buffer.getUnsignedShort(frame + 14) & 0xfff
                : 0;
    }

    /**
     * Whether a host sends such a frame only after it has received one: an ARP reply, an echo reply, a solicited
     * neighbour advertisement, or a TCP segment with ACK.
     */
    public boolean isAnswer() {
        int type = frame + 12;
        if (vlanVid() != 0) {
            type += 4;
        }
        if (type + 2 > frame + frameLength) {
            return false;
        }
        int payload = type + 2;
        return switch (buffer.getUnsignedShort(type)) {
            case ARP -> at(payload + 7) == ARP_REPLY;
            case IPV4 -> answers(at(payload + 9), payload + (at(payload) & 0x0f) * 4, ECHO_REPLY);
            case IPV6 -> answers(at(payload + 6), payload + IPV6_HEADER, ECHO_REPLY_6);
            default -> false;
        };
    }

    /** The sender's IPv4 address in an ARP message or an IPv4 header; 0 for other frames. */
    public int senderIpv4() {
        int type = frame + 12 + (vlanVid() != 0 ? 4 : 0);
        int end = frame + frameLength;
        if (type + 2 + 18 > end) {
            return 0;
        }
        return switch (buffer.getUnsignedShort(type)) {
            case ARP -> buffer.getInt(type + 2 + 14);
            case IPV4 -> buffer.getInt(type + 2 + 12);
            default -> 0;
        };
    }

    /** The TTL of an IPv4 packet, or the hop limit of an IPv6 packet; 0 for other frames. */
    public int ipTtl() {
        int ip = ip();
        return ip == 0 ? 0 : at(ip + (isIpv4(ip) ? 8 : 7));
    }

    /** The sender's address in an IP header; empty for other frames. */
    public Optional<InetAddress> ipSource() {
        int ip = ip();
        return ip == 0 ? Optional.empty() : Optional.of(isIpv4(ip) ? address(ip + 12, 4) : address(ip + 8, 16));
    }

    /** The receiver's address in an IP header; empty for other frames. */
    public Optional<InetAddress> ipDestination() {
        int ip = ip();
        return ip == 0 ? Optional.empty() : Optional.of(isIpv4(ip) ? address(ip + 16, 4) : address(ip + 24, 16));
    }

    /** Where the IP header starts; 0 for other frames, or if it is cut off. */
    private int ip() {
        int type = frame + 12 + (vlanVid() != 0 ? 4 : 0);
        int end = frame + frameLength;
        int ip = type + 2;
        return switch (ip <= end ? buffer.getUnsignedShort(type) : 0) {
            case IPV4 -> ip + 20 <= end ? ip : 0;
            case IPV6 -> ip + IPV6_HEADER <= end ? ip : 0;
            default -> 0;
        };
    }

    private boolean isIpv4(int ip) {
        return buffer.getUnsignedShort(ip - 2) == IPV4;
    }

    private InetAddress address(int index, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private boolean answers(int protocol, int transport, int echoReply) {
        return switch (protocol) {
            case TCP -> transport + 13 < frame + frameLength && (at(transport + 13) & TCP_ACK) != 0;
            case ICMP -> at(transport) == echoReply && echoReply == ECHO_REPLY;
            case ICMPV6 ->
                at(transport) == echoReply
                        || at(transport) == NEIGHBOUR_ADVERTISEMENT && (at(transport + 4) & SOLICITED) != 0;
            default -> false;
        };
    }

    /** A byte of the message; 0xff past its end. */
    private int at(int index) {
        return index < frame + frameLength ? buffer.getUnsignedByte(index) : 0xff;
    }

    /** The frame, as far as the switch has sent it. */
    public byte[] frameBytes() {
        byte[] bytes = new byte[frameLength];
        buffer.getBytes(frame, bytes);
        return bytes;
    }

    /** The full length of the frame in bytes. */
    public int totalLength() {
        return totalLength;
    }

    /** Appends the frame to {@code out}. */
    public void copyFrame(ByteBuf out) {
        out.writeBytes(buffer, frame, frameLength);
    }

    private long mac(int at) {
        return (long) buffer.getUnsignedShort(at) << 32 | buffer.getUnsignedInt(at + 2);
    }
}
