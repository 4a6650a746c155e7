package io.heddle.controller.openflow;

/** Frames dropped under one reason since the switch has the entry or the meter. */
public record DropCount(long packets, long bytes) {
    /** Both together. */
    public DropCount plus(DropCount other) {
        return new DropCount(packets + other.packets, bytes + other.bytes);
    }
}
