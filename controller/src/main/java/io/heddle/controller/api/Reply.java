package io.heddle.controller.api;

import java.util.Map;

/**
 * An answer with its own status and headers.
 *
 * @param status the HTTP status
 * @param headers additional headers
 * @param body something that Jackson can write
 */
record Reply(int status, Map<String, String> headers, Object body) {}
