package io.heddle.topologies;

import io.heddle.topologies.lab.Lab;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An emulated switch that behaves as real Open vSwitch cannot: it refuses the ONF extensions, or falls silent. It has
 * no ports and no flow entries.
 */
final class FakeSwitch implements AutoCloseable {
    private static final int LAST_OF_HANDSHAKE = 13;

    private final long datapathId;
    private final boolean fallsSilent;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final List<Integer> received = Collections.synchronizedList(new ArrayList<>());

    /** @param fallsSilent whether it stops answering after the handshake */
    FakeSwitch(long datapathId, boolean fallsSilent) throws IOException {
        this.datapathId = datapathId;
        this.fallsSilent = fallsSilent;
        socket = new Socket(Lab.CONTROLLER, 6653);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        Thread t = new Thread(this::serve);
        t.setDaemon(true);
        t.start();
    }

    /** The types of all received messages, in order. */
    List<Integer> received() {
        return List.copyOf(received);
    }

    private void serve() {
        try {
            out.write(new byte[] {4, 0, 0, 8, 0, 0, 0, 1});
            boolean silent = false;
            while (!silent) {
                in.readUnsignedByte();
                int type = in.readUnsignedByte();
                int length = in.readUnsignedShort();
                int xid = in.readInt();
                byte[] body = in.readNBytes(length - 8);
                received.add(type);
                answer(type, xid, body);
                silent = fallsSilent && type == 18 && body[1] == LAST_OF_HANDSHAKE;
            }
        } catch (IOException e) {
            // The connection has ended, and with it the switch.
        }
    }

    private void answer(int type, int xid, byte[] body) throws IOException {
        switch (type) {
            case 2 -> send(3, xid, body);
            case 4 -> send(1, xid, new byte[] {0, 1, 0, 3});
            case 5 -> send(6, xid, ByteBuffer.allocate(24).putLong(datapathId).array());
            case 18 -> {
                boolean extension = body[0] == (byte) 0xff;
                if (body[1] == LAST_OF_HANDSHAKE) {
                    send(
                            19,
                            xid,
                            ByteBuffer.allocate(8 + 64)
                                    .putShort((short) LAST_OF_HANDSHAKE)
                                    .putShort((short) 0)
                                    .putInt(0)
                                    .putInt(1)
                                    .putInt(0)
                                    .put(new byte[] {2, 0, 0, 0, 0, 1, 0, 0})
                                    .put("nic1".getBytes())
                                    .array());
                    return;
                }
                send(
                        extension ? 1 : 19,
                        xid,
                        extension ? new byte[] {0, 1, 0, 2} : new byte[] {body[0], body[1], 0, 0, 0, 0, 0, 0});
            }
            case 20 -> send(21, xid, new byte[0]);
            case 24 -> send(25, xid, body);
            // METER_MOD: OFPMMFC_OUT_OF_METERS, since it has none.
            case 29 -> send(1, xid, new byte[] {0, 12, 0, 8});
            default -> {}
        }
    }

    private void send(int type, int xid, byte[] body) throws IOException {
        out.write(4);
        out.write(type);
        out.writeShort(8 + body.length);
        out.writeInt(xid);
        out.write(body);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
