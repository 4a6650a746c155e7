package io.heddle.openflow.codec;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.netty.buffer.ByteBuf;
import java.util.EnumMap;
import java.util.Optional;

/** Encodes and decodes matches and fields as OXM TLVs. Source: OpenFlow 1.3.5 §7.2.3. */
final class OxmCodec {
    private static final int OFPMT_OXM = 1;
    private static final int HEADER = 4;
    /** Class and number of the ONF's field for TCP flags (EXT-109), in which Open vSwitch reports them. */
    private static final int ONF_TCP_FLAGS = 0xffff << 7 | 42;

    private OxmCodec() {}

    /** Writes an ofp_match, padded to eight bytes. */
    static void writeMatch(ByteBuf out, Match match) {
        int start = out.writerIndex();
        out.writeShort(OFPMT_OXM).writeShort(0);
        // A switch checks each field's prerequisites as it reads, and a connection's tuple needs the Ethernet type.
        match.fields().forEach((f, m) -> {
            if (!f.isTracking()) {
                writeField(out, f, m);
            }
        });
        match.fields().forEach((f, m) -> {
            if (f.isTracking()) {
                writeField(out, f, m);
            }
        });
        int length = out.writerIndex() - start;
        out.setShort(start + 2, length);
        out.writeZero(pad8(length));
    }

    /** Writes one TLV, with a mask unless all bits count. */
    static void writeField(ByteBuf out, Field f, Masked m) {
        boolean masked = !m.isExact(f);
        out.writeInt(f.oxmClass() << 16 | f.oxmField() << 9 | (masked ? 1 << 8 : 0) | f.bytes() * (masked ? 2 : 1));
        writeValue(out, f.bytes(), m.hi(), m.lo());
        if (masked) {
            writeValue(out, f.bytes(), m.maskHi(), m.maskLo());
        }
    }

    private static void writeValue(ByteBuf out, int bytes, long hi, long lo) {
        if (bytes == Integer.BYTES) {
            out.writeInt((int) lo);
            return;
        }
        for (int i = bytes - 1; i >= 0; i--) {
            out.writeByte((int) ((i >= 8 ? hi : lo) >>> ((i & 7) * 8)));
        }
    }

    /**
     * Reads an ofp_match at the reader index and skips its padding.
     *
     * @return the match, or empty when it has a field that Heddle does not support
     */
    static Optional<Match> readMatch(ByteBuf in) {
        int start = in.readerIndex();
        in.skipBytes(2);
        int length = in.readUnsignedShort();
        int end = start + length;
        EnumMap<Field, Masked> fields = new EnumMap<>(Field.class);
        boolean known = true;
        while (in.readerIndex() + HEADER <= end) {
            int header = in.readInt();
            int size = header & 0xff;
            Optional<Field> field = Field.byOxm(header >>> 16, header >> 9 & 0x7f);
            if (header >>> 9 == ONF_TCP_FLAGS && size > Integer.BYTES && in.getInt(in.readerIndex()) == Wire.ONF) {
                in.skipBytes(Integer.BYTES);
                field = Optional.of(Field.TCP_FLAGS);
            }
            if (field.isEmpty()) {
                known = false;
                in.skipBytes(size);
            } else {
                fields.put(field.get(), readValue(in, field.get(), (header >> 8 & 1) == 1));
            }
        }
        in.readerIndex(start + length + pad8(length));
        return known ? Optional.of(Match.of(fields)) : Optional.empty();
    }

    /** Reads a TLV's value, and its mask if it has one. */
    static Masked readValue(ByteBuf in, Field f, boolean masked) {
        int bytes = f.bytes();
        long hi = bytes > Long.BYTES ? readLong(in, bytes - Long.BYTES) : 0;
        long lo = readLong(in, Math.min(bytes, Long.BYTES));
        if (!masked) {
            return Masked.exact(f, hi, lo);
        }
        long maskHi = bytes > Long.BYTES ? readLong(in, bytes - Long.BYTES) : 0;
        return new Masked(hi, lo, maskHi, readLong(in, Math.min(bytes, Long.BYTES)));
    }

    private static long readLong(ByteBuf in, int bytes) {
        if (bytes == Long.BYTES) {
            return in.readLong();
        } else if (bytes == Integer.BYTES) {
            return in.readUnsignedInt();
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in.readUnsignedByte();
        }
        return value;
    }

    /** The number of padding bytes after {@code length} bytes, for a multiple of eight. */
    static int pad8(int length) {
        return (8 - (length & 7)) & 7;
    }
}
