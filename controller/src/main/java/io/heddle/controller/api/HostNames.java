package io.heddle.controller.api;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of this controller. A page of another site can reach it through a name of its own that resolves to the
 * controller's address (DNS rebinding); its requests have that name as {@code Host}.
 */
public final class HostNames {
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private final Set<String> names = new HashSet<>();

    /** @param more names of the controller, besides this machine's own */
    public HostNames(List<String> more) {
        names.add("localhost");
        more.forEach(n -> names.add(n.toLowerCase(Locale.ROOT)));
        try {
            String own = Files.readString(HOSTNAME).strip().toLowerCase(Locale.ROOT);
            names.add(own);
            names.add(own.replaceFirst("\\..*", ""));
        } catch (IOException e) {
            // Then the machine has no name that a client could use.
        }
    }

    /** Whether a header {@code Host} names this controller, by its address or by a name. */
    public boolean isOurs(String host) {
        try {
            String name = HostAndPort.fromString(host).getHost().toLowerCase(Locale.ROOT);
            return InetAddresses.isInetAddress(name) || names.contains(name) || name.endsWith(".localhost");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
