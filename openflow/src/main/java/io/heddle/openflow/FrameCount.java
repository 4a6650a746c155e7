package io.heddle.openflow;

/** Frames that a flow entry or a meter has counted since the switch installed it. */
public record FrameCount(long packets, long bytes) {
    /** The sum of both. */
    public FrameCount plus(FrameCount other) {
        return new FrameCount(packets + other.packets, bytes + other.bytes);
    }
}
