package io.heddle.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Reads where etcd is. */
final class Endpoints {
    private static final String KIND = "etcd:";
    private static final int PORT = 2379;

    private Endpoints() {}

    /**
     * Reads {@code etcd:https://a:2379,b:2379,c}: the scheme and the port may be left out after the first.
     *
     * @throws IllegalArgumentException if it is none; its message says what was expected
     */
    static List<URI> of(String text) {
        if (!text.startsWith(KIND)) {
            throw new IllegalArgumentException(expected(text));
        }
        List<URI> out = new ArrayList<>();
        String scheme = "http";
        for (String part : text.substring(KIND.length()).split(",")) {
            int end = part.indexOf("://");
            scheme = end < 0 ? scheme : part.substring(0, end);
            URI uri;
            try {
                uri = URI.create(scheme + "://" + part.substring(end < 0 ? 0 : end + 3));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(expected(text), e);
            }
            boolean first = out.isEmpty();
            if (uri.getHost() == null
                    || !List.of("http", "https").contains(scheme)
                    || !uri.getPath().isEmpty()
                    || uri.getUserInfo() != null
                    || !first && !scheme.equals(out.get(0).getScheme())) {
                throw new IllegalArgumentException(expected(text));
            }
            out.add(uri.getPort() >= 0 ? uri : URI.create(uri + ":" + PORT));
        }
        return out;
    }

    private static String expected(String text) {
        return "expected etcd:URL,... such as etcd:https://a:2379,b:2379,c:2379, found \"" + text + "\"";
    }
}
