package io.heddle.controller.api;

/**
 * What clients of the API may cost. Tests use smaller limits.
 *
 * @param questions requests in progress, besides those that wait for a change
 * @param clientSeconds how long a client may take for its next request, for the body of one, or to read a full queue
 * @param answerSeconds how long an answer may take until the client has read it; streams have no such limit
 */
record ClientLimits(int questions, int clientSeconds, int answerSeconds) {
    /** The limits of a controller in service. An answer may take longer than the longest wait that a client can ask for. */
    static final ClientLimits DEFAULT = new ClientLimits(250, 60, ChangeRequests.LONGEST_WAIT + 60);
}
