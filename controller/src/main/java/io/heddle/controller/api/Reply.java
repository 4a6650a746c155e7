package io.heddle.controller.api;

import java.util.Map;

/**
 * An answer that is more than a body.
 *
 * @param status of HTTP
 * @param headers to send besides the usual ones
 * @param body something that Jackson can write
 */
record Reply(int status, Map<String, String> headers, Object body) {}
