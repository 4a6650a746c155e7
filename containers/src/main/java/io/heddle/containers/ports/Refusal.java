package io.heddle.containers.ports;

/** Why a container does not get its port: what is wrong, where, and what would be right. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose turn it is. */
    public enum Kind {
        /** The same request may succeed later. */
        TRY_LATER,
        /** The configuration of the network is wrong. */
        CONFIGURATION,
        /** The request asks for something that Heddle does not do. */
        UNSUPPORTED,
        /** The environment of the request is wrong. */
        ENVIRONMENT,
        /** There is no such container. */
        NO_CONTAINER,
        /** The state is not what it should be. */
        BROKEN
    }

    private final Kind kind;

    public Refusal(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
