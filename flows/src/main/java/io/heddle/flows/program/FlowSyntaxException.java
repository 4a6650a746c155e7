package io.heddle.flows.program;

/** Invalid ovs-ofctl flow syntax. The message names the wrong part and the expected text. */
public final class FlowSyntaxException extends IllegalArgumentException {
    public FlowSyntaxException(String message) {
        super(message);
    }
}
