package io.heddle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;

/**
 * By HTTP or HTTPS. It uses {@link HttpURLConnection}: loading {@code java.net.http} takes longer than a request.
 */
record UrlWay(String url, Credentials credentials) implements Exchange.Way {
    private static final int CONNECT_MILLIS = 5000;

    @Override
    public Exchange ask(String method, String path, Map<String, String> headers, byte[] body, int pauseMillis)
            throws IOException {
        HttpURLConnection connection = open(path);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(pauseMillis);
        connection.setRequestMethod(method);
        credentials.applyTo(connection);
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        try {
            return new Answer(connection, connection.getResponseCode());
        } catch (SocketTimeoutException e) {
            connection.disconnect();
            throw e;
        }
    }

    private HttpURLConnection open(String path) throws IOException {
        try {
            return (HttpURLConnection) URI.create(url + path).toURL().openConnection(Proxy.NO_PROXY);
        } catch (IllegalArgumentException | MalformedURLException | ClassCastException e) {
            throw new Heddle.Failure(
                    "--api: \"" + url + "\" is not a URL such as http://127.0.0.1:8080 or unix:" + UnixWay.HERE);
        }
    }

    private record Answer(HttpURLConnection connection, int status) implements Exchange {
        @Override
        public InputStream body() throws IOException {
            InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
            return in == null ? InputStream.nullInputStream() : in;
        }
    }
}
