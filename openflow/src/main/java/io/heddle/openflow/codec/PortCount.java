package io.heddle.openflow.codec;

/** What a port has carried since the switch has it: received (rx) by the switch, and sent (tx) by it. */
public record PortCount(
        long rxPackets,
        long txPackets,
        long rxBytes,
        long txBytes,
        long rxDropped,
        long txDropped,
        long rxErrors,
        long txErrors) {}
