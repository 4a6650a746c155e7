package io.heddle.flows.program;

/** A text that should be ovs-ofctl flow syntax and is not. The message says which part, and what would be right. */
public final class FlowSyntaxException extends IllegalArgumentException {
    public FlowSyntaxException(String message) {
        super(message);
    }
}
