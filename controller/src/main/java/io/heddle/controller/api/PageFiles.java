package io.heddle.controller.api;

import com.google.common.hash.Hashing;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Serves the web page's files from the program's own jar. */
final class PageFiles {
    private static final Map<String, String> TYPES = Map.of(
            "html",
            "text/html; charset=utf-8",
            "css",
            "text/css; charset=utf-8",
            "js",
            "text/javascript; charset=utf-8",
            "svg",
            "image/svg+xml");
    /** Nothing from other sites, no inline code. Source: Content Security Policy Level 3. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    private record PageFile(byte[] bytes, String tag) {}

    /** Answers with the requested file, or passes the request on. */
    void answer(RoutingContext request) {
        String name = request.request().path().equals("/")
                ? "index.html"
                : request.request().path().substring(1);
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        // The map keeps only files that exist, or every made-up name would take memory.
        Optional<PageFile> file = type == null || !name.matches("[a-z-]+\\.[a-z]+")
                ? Optional.empty()
                : Optional.ofNullable(files.computeIfAbsent(name, n -> load(n).orElse(null)));
        if (file.isEmpty()) {
            request.next();
            return;
        }
        request.response()
                .putHeader("Content-Type", type)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("ETag", file.get().tag)
                .putHeader("Referrer-Policy", "no-referrer");
        if (file.get().tag.equals(request.request().getHeader("If-None-Match"))) {
            request.response().setStatusCode(304).end();
        } else {
            request.response().end(Buffer.buffer(file.get().bytes));
        }
    }

    private static Optional<PageFile> load(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream("/io/heddle/page/" + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            return Optional.of(new PageFile(
                    bytes, '"' + Hashing.sha256().hashBytes(bytes).toString().substring(0, 16) + '"'));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
