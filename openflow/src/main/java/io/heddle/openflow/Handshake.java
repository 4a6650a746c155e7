package io.heddle.openflow;

import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFConfigFlags;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFeaturesReply;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPortDescStatsReply;
import org.projectfloodlight.openflow.protocol.OFRoleReply;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.types.U32;
import org.projectfloodlight.openflow.types.U64;

/**
 * The handshake with a switch: version, features, role, configuration, ports. Source: OpenFlow 1.3.5 §6.3.1, §7.3.
 */
final class Handshake {
    static final int PORT_STATUS = 12;
    private static final int HELLO = 0;
    private static final int VERSION_BITMAP = 1;
    private static final int ROLE_REQUEST_FAILED = 11;
    private static final int BAD_REQUEST = 1;
    private static final int IS_SLAVE = 10;
    /** The generation id: the start time in ms, so that the newest controller is master (OpenFlow 1.3.5 §6.3.4). */
    private static final long GENERATION = System.currentTimeMillis();

    private final SwitchConnection connection;
    private final Leading leading;
    private boolean greeted;
    private boolean done;
    private long datapathId;

    Handshake(SwitchConnection connection, Leading leading) {
        this.connection = connection;
        this.leading = leading;
    }

    boolean done() {
        return done;
    }

    void hello() {
        connection.send(greeting(connection.nextXid()));
    }

    static OFMessage greeting(int xid) {
        return SwitchConnection.MESSAGES
                .buildHello()
                .setXid(xid)
                .setElements(List.of(SwitchConnection.MESSAGES
                        .buildHelloElemVersionbitmap()
                        .setBitmaps(List.of(U32.of(1 << Wire.VERSION)))
                        .build()))
                .build();
    }

    void received(int type, ByteBuf in) {
        if (type == Wire.ECHO_REQUEST) {
            connection.echo(in);
        } else if (!greeted) {
            greet(type, in);
        } else if (type == Wire.ERROR && isStaleGeneration(in)) {
            if (leading.term().isPresent()) {
                connection.hasAnotherMaster();
                failed("another controller is the master of this switch");
                return;
            }
            role(OFControllerRole.ROLE_NOCHANGE, 0);
        } else if (type == Wire.ERROR) {
            failed("the switch refuses the handshake: " + ErrorText.of(in));
        } else if (type == PORT_STATUS) {
            connection.portTable().changed(in);
        } else {
            parsed(parse(in));
        }
    }

    private void greet(int type, ByteBuf in) {
        if (type != HELLO) {
            throw new IllegalStateException("expected HELLO first, got message type " + type);
        }
        if (!speaks13(in)) {
            ByteBuf out = connection.out();
            int start = Wire.begin(out, Wire.ERROR, Wire.xid(in));
            out.writeShort(0)
                    .writeShort(0)
                    .writeCharSequence(
                            "Heddle speaks OpenFlow 1.3: ovs-vsctl set bridge BRIDGE protocols=OpenFlow13",
                            StandardCharsets.US_ASCII);
            Wire.end(out, start);
            connection.flush();
            failed("the switch does not offer OpenFlow 1.3; run on its host: "
                    + "ovs-vsctl set bridge BRIDGE protocols=OpenFlow13");
            return;
        }
        greeted = true;
        connection.send(SwitchConnection.MESSAGES
                .buildFeaturesRequest()
                .setXid(connection.nextXid())
                .build());
    }

    /**
     * Whether the switch supports OpenFlow 1.3. The version bitmap decides if the HELLO has one; otherwise its header,
     * which has the switch's highest version.
     */
    private static boolean speaks13(ByteBuf in) {
        int end = in.writerIndex();
        for (int at = in.readerIndex() + Wire.HEADER; at + 8 <= end; ) {
            int length = in.getUnsignedShort(at + 2);
            if (in.getUnsignedShort(at) == VERSION_BITMAP) {
                return (in.getInt(at + 4) >> Wire.VERSION & 1) == 1;
            }
            at += Math.max(8, length + 7 & ~7);
        }
        return in.getUnsignedByte(in.readerIndex()) >= Wire.VERSION;
    }

    private void role(OFControllerRole role, long generation) {
        connection.send(SwitchConnection.MESSAGES
                .buildRoleRequest()
                .setXid(connection.nextXid())
                .setRole(role)
                .setGenerationId(U64.of(generation))
                .build());
    }

    /** Whether the switch has seen a later generation id, from another controller or before the clock was set back. */
    private static boolean isStaleGeneration(ByteBuf in) {
        return in.readableBytes() >= Wire.HEADER + 4
                && in.getInt(in.readerIndex() + Wire.HEADER) == ROLE_REQUEST_FAILED << 16;
    }

    /** Whether a switch refuses a message because another controller is its master. */
    static boolean isFromSlave(ByteBuf in) {
        return in.readableBytes() >= Wire.HEADER + 4
                && in.getInt(in.readerIndex() + Wire.HEADER) == (BAD_REQUEST << 16 | IS_SLAVE);
    }

    private void parsed(OFMessage message) {
        if (message instanceof OFFeaturesReply features) {
            if (features.getAuxiliaryId() != null && features.getAuxiliaryId().getValue() != 0) {
                failed("Heddle does not use auxiliary connections");
                return;
            }
            datapathId = features.getDatapathId().getLong();
            connection.claims(datapathId);
            role(OFControllerRole.ROLE_MASTER, leading.term().orElse(GENERATION));
        } else if (message instanceof OFRoleReply reply && reply.getRole() != OFControllerRole.ROLE_MASTER) {
            if (leading.term().isPresent()) {
                // The answer to a question of the lobby.
                return;
            }
            role(OFControllerRole.ROLE_MASTER, reply.getGenerationId().getValue() + 1);
        } else if (message instanceof OFRoleReply) {
            connection.send(SwitchConnection.MESSAGES
                    .buildSetConfig()
                    .setXid(connection.nextXid())
                    .setFlags(Set.of(OFConfigFlags.FRAG_NORMAL))
                    .setMissSendLen(0xffff)
                    .build());
            connection.send(SwitchConnection.MESSAGES
                    .buildPortDescStatsRequest()
                    .setXid(connection.nextXid())
                    .build());
        } else if (message instanceof OFPortDescStatsReply reply) {
            reply.getEntries().forEach(p -> connection.portTable().describe(SwitchPort.of(p)));
            if (!reply.getFlags().contains(OFStatsReplyFlags.REPLY_MORE)) {
                done = true;
                connection.introduced(datapathId);
            }
        }
    }

    private static OFMessage parse(ByteBuf in) {
        try {
            return OFFactories.getGenericReader().readFrom(in.duplicate());
        } catch (OFParseError e) {
            throw new IllegalArgumentException(
                    "unreadable OpenFlow message of type " + Wire.type(in) + ": " + e.getMessage(), e);
        }
    }

    private void failed(String why) {
        connection.refuse(why);
    }
}
