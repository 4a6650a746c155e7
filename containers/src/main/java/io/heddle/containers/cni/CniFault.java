package io.heddle.containers.cni;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Refusal;

/** An error as the plugin prints it. Source: CNI specification 1.1.0, "Error". */
final class CniFault extends Exception {
    static final int INCOMPATIBLE_VERSION = 1;
    static final int UNSUPPORTED_FIELD = 2;
    static final int UNKNOWN_CONTAINER = 3;
    static final int ENVIRONMENT = 4;
    static final int IO = 5;
    static final int DECODING = 6;
    static final int CONFIGURATION = 7;
    static final int TRY_LATER = 11;
    static final int NOT_AVAILABLE = 50;

    private static final long serialVersionUID = 1L;

    private final int code;

    CniFault(int code, String message) {
        super(message);
        this.code = code;
    }

    static CniFault of(Refusal refusal) {
        int code = switch (refusal.kind()) {
            case TRY_LATER -> TRY_LATER;
            case CONFIGURATION -> CONFIGURATION;
            case UNSUPPORTED -> UNSUPPORTED_FIELD;
            case ENVIRONMENT -> ENVIRONMENT;
            case NO_CONTAINER -> UNKNOWN_CONTAINER;
            case BROKEN -> IO;
        };
        return new CniFault(code, refusal.getMessage());
    }

    int code() {
        return code;
    }

    ObjectNode json(String version) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("cniVersion", version);
        json.put("code", code);
        json.put("msg", "heddle: " + getMessage());
        return json;
    }
}
