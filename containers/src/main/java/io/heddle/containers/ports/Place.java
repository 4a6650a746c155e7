package io.heddle.containers.ports;

/**
 * Where containers are attached.
 *
 * @param host the container host, as the network file calls it
 * @param bridge the bridge of that host
 * @param prefix how the names of ports of containers begin
 */
public record Place(String host, String bridge, String prefix) {
    private static final int LONGEST_PREFIX = 6;

    /** @throws IllegalArgumentException if the prefix cannot begin names of ports */
    public Place {
        if (!prefix.matches("[a-z][a-z0-9-]{0," + (LONGEST_PREFIX - 1) + "}")) {
            throw new IllegalArgumentException("--prefix \"" + prefix + "\": expected 1 to " + LONGEST_PREFIX
                    + " characters, a small letter and then small letters, digits and hyphens, such as c-");
        }
    }

    /** Whether a device has a name as this daemon gives. */
    public boolean hasNamed(String device) {
        return device.matches(prefix + "[0-9a-f]{" + (Attachment.LONGEST_NAME - prefix.length()) + "}");
    }

    /** Whether a name is the one that this daemon gives to the port of an attachment. */
    boolean isNameOf(String port, String attachment) {
        return hasNamed(port) && attachment.startsWith(port.substring(prefix.length()));
    }

    @Override
    public String toString() {
        return host + "/" + bridge;
    }
}
