package io.heddle.controller.api;

import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists of rows as they are asked for: filtered by columns, and page by page. */
final class Lists {
    private static final String LIMIT = "limit";
    private static final String OFFSET = "offset";

    private Lists() {}

    /** The part of a list that a request asks for, with {@code X-Total-Count} and, where there is more, a link to the next part. */
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

    /** Every other parameter that the operation knows and the row has is a column that must have the value; in lists of names, one of them. */
    private static boolean agrees(RoutingContext request, Contract.Operation operation, Map<?, ?> row) {
        for (String column : operation.queries()) {
            String wanted = request.request().getParam(column);
            if (wanted != null && row.containsKey(column) && !has(String.valueOf(row.get(column)), wanted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(String value, String wanted) {
        return value.equals(wanted) || List.of(value.split(",")).contains(wanted);
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
