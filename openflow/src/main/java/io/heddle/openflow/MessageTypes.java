package io.heddle.openflow;

/** The names of OpenFlow 1.3 message types. Source: OpenFlow 1.3.5 §7.1. */
final class MessageTypes {
    private static final String[] NAMES = {
        "hello",
        "error",
        "echo_request",
        "echo_reply",
        "experimenter",
        "features_request",
        "features_reply",
        "get_config_request",
        "get_config_reply",
        "set_config",
        "packet_in",
        "flow_removed",
        "port_status",
        "packet_out",
        "flow_mod",
        "group_mod",
        "port_mod",
        "table_mod",
        "multipart_request",
        "multipart_reply",
        "barrier_request",
        "barrier_reply",
        "queue_get_config_request",
        "queue_get_config_reply",
        "role_request",
        "role_reply",
        "get_async_request",
        "get_async_reply",
        "set_async",
        "meter_mod"
    };

    /** The number of types. */
    static final int COUNT = NAMES.length;

    private MessageTypes() {}

    static String name(int type) {
        return type < NAMES.length ? NAMES[type] : "other";
    }
}
