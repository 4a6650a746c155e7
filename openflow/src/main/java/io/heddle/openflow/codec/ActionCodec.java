package io.heddle.openflow.codec;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.PortNumber;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Encodes and decodes actions and instructions. Source: OpenFlow 1.3.5 §7.2.4 and §7.2.5. */
final class ActionCodec {
    private static final int OUTPUT = 0;
    private static final int PUSH_VLAN = 17;
    private static final int POP_VLAN = 18;
    private static final int GROUP = 22;
    private static final int DEC_TTL = 24;
    private static final int SET_FIELD = 25;
    private static final int EXPERIMENTER = 0xffff;
    /** Only this form of the port, with 16 bits, can be set. */
    private static final int NXM_IN_PORT = 0x0000_0002;

    private static final int FIRST_RESERVED = 0xff00;
    private static final int GOTO_TABLE = 1;
    private static final int WRITE_METADATA = 2;
    private static final int APPLY_ACTIONS = 4;
    private static final int METER = 6;

    private ActionCodec() {}

    static void writeInstructions(ByteBuf out, Instructions i) {
        if (i.meter() != 0) {
            out.writeShort(METER).writeShort(8).writeInt(i.meter());
        }
        if (!i.apply().isEmpty()) {
            int start = out.writerIndex();
            out.writeShort(APPLY_ACTIONS).writeShort(0).writeInt(0);
            write(out, i.apply());
            out.setShort(start + 2, out.writerIndex() - start);
        }
        if (!i.metadata().isWild()) {
            out.writeShort(WRITE_METADATA).writeShort(24).writeInt(0);
            out.writeLong(i.metadata().lo()).writeLong(i.metadata().maskLo());
        }
        if (i.nextTable().isPresent()) {
            out.writeShort(GOTO_TABLE).writeShort(8).writeByte(i.next()).writeZero(3);
        }
    }

    /** Writes actions one after the other. */
    static void write(ByteBuf out, List<Action> actions) {
        Writer writer = new Writer(out);
        actions.forEach(a -> a.accept(writer));
    }

    /** Writes actions; each returns the buffer. */
    private record Writer(ByteBuf out) implements Action.Visitor<ByteBuf> {
        @Override
        public ByteBuf output(Action.Output o) {
            return out.writeShort(OUTPUT)
                    .writeShort(16)
                    .writeInt(o.port())
                    .writeShort(o.maxLength())
                    .writeZero(6);
        }

        @Override
        public ByteBuf copy(Action.Copy c) {
            NiciraCodec.writeCopy(out, c);
            return out;
        }

        @Override
        public ByteBuf setField(Action.SetField s) {
            if (s.field() == Field.IN_PORT) {
                return out.writeShort(SET_FIELD)
                        .writeShort(16)
                        .writeInt(NXM_IN_PORT)
                        .writeShort((int) s.value().lo())
                        .writeZero(6);
            }
            int start = out.writerIndex();
            out.writeShort(SET_FIELD).writeShort(0);
            OxmCodec.writeField(out, s.field(), s.value());
            int length = out.writerIndex() - start;
            return out.writeZero(OxmCodec.pad8(length)).setShort(start + 2, length + OxmCodec.pad8(length));
        }

        @Override
        public ByteBuf pushVlan(Action.PushVlan p) {
            return out.writeShort(PUSH_VLAN)
                    .writeShort(8)
                    .writeShort(p.etherType())
                    .writeZero(2);
        }

        @Override
        public ByteBuf popVlan(Action.PopVlan p) {
            return out.writeShort(POP_VLAN).writeShort(8).writeZero(4);
        }

        @Override
        public ByteBuf move(Action.Move m) {
            NiciraCodec.writeMove(out, m);
            return out;
        }

        @Override
        public ByteBuf learn(Action.Learn l) {
            NiciraCodec.writeLearn(out, l);
            return out;
        }

        @Override
        public ByteBuf group(Action.Group g) {
            return out.writeShort(GROUP).writeShort(8).writeInt(g.id());
        }

        @Override
        public ByteBuf ct(Action.Ct c) {
            CtCodec.write(out, c);
            return out;
        }

        @Override
        public ByteBuf ctClear(Action.CtClear c) {
            CtCodec.writeClear(out);
            return out;
        }

        @Override
        public ByteBuf conjunction(Action.Conjunction c) {
            NiciraCodec.writeConjunction(out, c);
            return out;
        }

        @Override
        public ByteBuf decTtl(Action.DecTtl d) {
            return out.writeShort(DEC_TTL).writeShort(8).writeZero(4);
        }

        @Override
        public ByteBuf resubmit(Action.Resubmit r) {
            NiciraCodec.writeResubmit(out, r);
            return out;
        }

        @Override
        public ByteBuf firstAlive(Action.FirstAlive f) {
            BundleCodec.write(out, f);
            return out;
        }

        @Override
        public ByteBuf longerThan(Action.LongerThan l) {
            NiciraCodec.writeLongerThan(out, l);
            return out;
        }

        @Override
        public ByteBuf unknown(Action.Unknown u) {
            return out.writeBytes(u.bytes());
        }
    }

    /** Reads instructions up to {@code end}; those that Heddle does not support become {@link Action.Unknown}. */
    static Instructions readInstructions(ByteBuf in, int end) {
        List<Action> actions = new ArrayList<>();
        Masked metadata = Masked.of(0, 0);
        int meter = 0;
        int next = -1;
        while (in.readerIndex() + 8 <= end) {
            int start = in.readerIndex();
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            switch (type) {
                case METER -> meter = in.readInt();
                case GOTO_TABLE -> next = in.readUnsignedByte();
                case WRITE_METADATA -> {
                    in.skipBytes(4);
                    metadata = Masked.of(in.readLong(), in.readLong());
                }
                case APPLY_ACTIONS -> {
                    in.skipBytes(4);
                    while (in.readerIndex() < start + length) {
                        actions.add(readAction(in));
                    }
                }
                default -> actions.add(unknown(in, start, length));
            }
            in.readerIndex(start + Math.max(8, length));
        }
        return new Instructions(meter, actions, metadata, next);
    }

    private static Action readAction(ByteBuf in) {
        int start = in.readerIndex();
        int type = in.readUnsignedShort();
        int length = Math.max(8, in.readUnsignedShort());
        Action action = switch (type) {
            case OUTPUT -> new Action.Output(in.readInt(), in.readUnsignedShort());
            case PUSH_VLAN -> new Action.PushVlan(in.readUnsignedShort());
            case POP_VLAN -> new Action.PopVlan();
            case DEC_TTL -> new Action.DecTtl();
            case GROUP -> new Action.Group(in.readInt());
            case SET_FIELD -> {
                int header = in.readInt();
                if (header == NXM_IN_PORT) {
                    yield new Action.SetField(Field.IN_PORT, port(in.readUnsignedShort()));
                }
                Optional<Field> f = Field.byOxm(header >>> 16, header >> 9 & 0x7f);
                yield f.isEmpty()
                        ? unknown(in, start, length)
                        : new Action.SetField(f.get(), OxmCodec.readValue(in, f.get(), (header >> 8 & 1) == 1));
            }
            case EXPERIMENTER -> NiciraCodec.read(in).orElseGet(() -> unknown(in, start, length));
            default -> unknown(in, start, length);
        };
        in.readerIndex(start + length);
        return action instanceof Action.Output o && o.port() != PortNumber.CONTROLLER
                ? new Action.Output(o.port())
                : action;
    }

    /** A port number of 16 bits, of which the reserved ones are the last. */
    private static long port(int number) {
        return number < FIRST_RESERVED ? number : number | 0xffff_0000L;
    }

    private static Action unknown(ByteBuf in, int start, int length) {
        byte[] bytes = new byte[length];
        in.getBytes(start, bytes);
        return new Action.Unknown(bytes);
    }
}
