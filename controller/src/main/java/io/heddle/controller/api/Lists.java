package io.heddle.controller.api;

import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Filters lists of rows by column, and pages them. */
final class Lists {
    private static final String LIMIT = "limit";
    private static final String OFFSET = "offset";

    private Lists() {}

    /** The requested page of a list, with {@code X-Total-Count} and, unless it is the last, a link to the next page. */
    static Reply answer(RoutingContext request, Contract.Operation operation, List<?> rows) throws BadRequest {
        List<?> chosen = rows.stream()
                .filter(row -> agrees(request, operation, (Map<?, ?>) row))
                .toList();
        int limit = ChangeRequests.number(request, LIMIT, Integer.MAX_VALUE);
        int offset = Math.min(ChangeRequests.number(request, OFFSET, 0), chosen.size());
        int end = (int) Math.min((long) offset + limit, chosen.size());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Total-Count", Integer.toString(chosen.size()));
        if (end < chosen.size()) {
            headers.put("Link", "<" + next(request, limit, end) + ">; rel=\"next\"");
        }
        return new Reply(200, headers, chosen.subList(offset, end));
    }

    /** Query parameters that name a column filter by its value; a list must contain the value. */
    private static boolean agrees(RoutingContext request, Contract.Operation operation, Map<?, ?> row) {
        for (String column : operation.queries()) {
            String wanted = request.request().getParam(column);
            if (wanted != null && row.containsKey(column) && !has(row.get(column), wanted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(Object value, String wanted) {
        return value instanceof List<?> elements
                ? elements.stream().map(String::valueOf).anyMatch(wanted::equals)
                : String.valueOf(value).equals(wanted);
    }

    private static String next(RoutingContext request, int limit, int offset) {
        StringBuilder query = new StringBuilder(request.request().path())
                .append("?limit=")
                .append(limit)
                .append("&offset=")
                .append(offset);
        request.queryParams().forEach(q -> {
            if (!q.getKey().equals(LIMIT) && !q.getKey().equals(OFFSET)) {
                query.append('&')
                        .append(q.getKey())
                        .append('=')
                        .append(URLEncoder.encode(q.getValue(), StandardCharsets.UTF_8));
            }
        });
        return query.toString();
    }
}
