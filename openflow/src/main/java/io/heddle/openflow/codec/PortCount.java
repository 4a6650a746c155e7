package io.heddle.openflow.codec;

/** A port's counters since the switch has the port: received (rx) and sent (tx) by the switch. */
public record PortCount(
        long rxPackets,
        long txPackets,
        long rxBytes,
        long txBytes,
        long rxDropped,
        long txDropped,
        long rxErrors,
        long txErrors) {}
