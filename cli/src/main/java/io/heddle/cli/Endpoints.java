package io.heddle.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads where etcd is. */
final class Endpoints {
    private static final String KIND = "etcd:";
    private static final int PORT = 2379;

    private Endpoints() {}

    /**
     * Where etcd is, with the user and password of the environment.
     *
     * @param tls the folder of the certificates for it, or null
     * @throws IllegalArgumentException as {@link #of}
     */
    static ControllerProgram.Etcd etcd(String text, Path tls) {
        return new ControllerProgram.Etcd(
                of(text),
                Optional.ofNullable(tls),
                Optional.ofNullable(System.getenv("HEDDLE_ETCD_USER")),
                Optional.ofNullable(System.getenv("HEDDLE_ETCD_PASSWORD")));
    }

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
