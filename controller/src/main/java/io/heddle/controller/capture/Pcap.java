package io.heddle.controller.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/** The classic pcap file format, with nanoseconds. Source: draft-ietf-opsawg-pcap. */
public final class Pcap {
    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET = 1;

    private Pcap() {}

    /** The file header. */
    public static byte[] header(int snaplen) {
        return ByteBuffer.allocate(FILE_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC_NANOSECONDS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(snaplen)
                .putInt(ETHERNET)
                .array();
    }

    /** The record of a frame. @param length its length before it was cut */
    public static byte[] record(Instant time, byte[] frame, int length) {
        return ByteBuffer.allocate(RECORD_HEADER + frame.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) time.getEpochSecond())
                .putInt(time.getNano())
                .putInt(frame.length)
                .putInt(Math.max(length, frame.length))
                .put(frame)
                .array();
    }
}
