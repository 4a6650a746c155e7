package io.heddle.controller.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/**
 * Refuses a request whose target cannot be decoded. The router would log a stack trace for each, and anybody can send
 * them. Source: RFC 3986 §2.1.
 */
final class RequestTarget {
    private static final int HEX = 16;

    private RequestTarget() {}

    /** @param next gets the requests that can be decoded */
    static Handler<HttpServerRequest> checked(Handler<HttpServerRequest> next) {
        return request -> {
            int wrong = wrongEscape(request.uri());
            if (wrong < 0) {
                next.handle(request);
            } else {
                refuse(request, wrong);
            }
        };
    }

    /** The place of the first % that no two hexadecimal digits follow; negative if there is none. */
    static int wrongEscape(String target) {
        for (int at = target.indexOf('%'); at >= 0; at = target.indexOf('%', at + 1)) {
            if (at + 2 >= target.length() || !isHex(target.charAt(at + 1)) || !isHex(target.charAt(at + 2))) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isHex(char c) {
        // Digits of other scripts are none here.
        return c < 128 && Character.digit(c, HEX) >= 0;
    }

    private static void refuse(HttpServerRequest request, int wrong) {
        JsonObject problem = new JsonObject()
                .put("type", "about:blank")
                .put("status", 400)
                .put(
                        "detail",
                        "character " + (wrong + 1) + " of the path and query is a % without two hexadecimal digits:"
                                + " write a percent sign as %25");
        request.response()
                .setStatusCode(400)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Connection", "close")
                .end(problem.encodePrettily() + "\n");
    }
}
