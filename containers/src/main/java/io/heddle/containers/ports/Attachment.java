package io.heddle.containers.ports;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One interface of one container. Its name and its MAC follow from what identifies it, so a repeated request finds what
 * an earlier one has made.
 *
 * @param runtime {@code cni} or {@code docker}
 * @param network what the runtime calls the network
 * @param container what the runtime calls the container
 * @param device the name of the interface in the container
 */
public record Attachment(String runtime, String network, String container, String device) {
    /** The kernel's IFNAMSIZ without the final zero. */
    static final int LONGEST_NAME = 15;

    private static final int ID_DIGITS = 32;
    private static final int MAC_BYTES = 5;

    private HashCode hash() {
        // Each part with its length: no two attachments may give the same text.
        StringBuilder text = new StringBuilder();
        for (String part : List.of(runtime, network, container, device)) {
            text.append(part.length()).append(':').append(part);
        }
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8);
    }

    /** Identifies it, in 32 hexadecimal digits. */
    public String id() {
        return hash().toString().substring(0, ID_DIGITS);
    }

    /** The name of its port, and of the device that is the port. */
    public String port(String prefix) {
        return prefix + id().substring(0, LONGEST_NAME - prefix.length());
    }

    /** A locally administered unicast MAC. */
    public String mac() {
        List<String> bytes = new ArrayList<>(List.of("02"));
        byte[] hash = hash().asBytes();
        for (int i = hash.length - MAC_BYTES; i < hash.length; i++) {
            bytes.add(String.format("%02x", hash[i]));
        }
        return String.join(":", bytes);
    }
}
