package io.heddle.containers.cni;

import java.util.List;

/** The versions of the CNI specification that the plugin speaks. */
final class CniVersion {
    /** From the oldest to the newest. */
    static final List<String> SUPPORTED = List.of("0.4.0", "1.0.0", "1.1.0");
    /** For errors about requests that name no version that the plugin speaks. */
    static final String DEFAULT = "1.0.0";

    private CniVersion() {}

    static boolean isSupported(String version) {
        return SUPPORTED.contains(version);
    }

    static boolean isAtLeast(String version, String least) {
        return SUPPORTED.indexOf(version) >= SUPPORTED.indexOf(least);
    }
}
