package io.heddle.openflow;

import java.util.OptionalLong;

/**
 * By which right a controller is the master of switches (OpenFlow 1.3.5 §6.3.4).
 *
 * @param term the generation id that fences: a switch refuses what a controller with a lower one writes. Empty for a
 *     controller that is alone: then the last one to connect is the master
 * @param deposed called when a switch says that another controller is its master with a higher generation id
 */
public record Leading(OptionalLong term, Runnable deposed) {
    /** Of a controller that is alone. */
    public static final Leading ALONE = new Leading(OptionalLong.empty(), () -> {});
}
