package io.heddle.flows.model;

/**
 * An interface of a host that is a port which the network file declares without a host.
 *
 * @param port the port's name
 * @param host the host's name
 * @param bridge the name of the bridge that has the interface
 * @param device the interface's name
 */
public record Binding(String port, String host, String bridge, String device) {
    /** The interface, {@code host/bridge/interface}. */
    public String place() {
        return host + "/" + bridge + "/" + device;
    }
}
