package io.heddle.openflow;

/** Frames that an entry or a meter has counted since the switch has it. */
public record FrameCount(long packets, long bytes) {
    /** Both together. */
    public FrameCount plus(FrameCount other) {
        return new FrameCount(packets + other.packets, bytes + other.bytes);
    }
}
