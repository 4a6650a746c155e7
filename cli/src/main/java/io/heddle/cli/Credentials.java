package io.heddle.cli;

import io.heddle.tls.Authorities;
import io.heddle.tls.Pem;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * By what the command proves who it is, and whom it trusts.
 *
 * @param token the token; empty for none
 * @param authority a file with the certificates of the authorities to trust; empty for those of the system
 */
record Credentials(Optional<String> token, Optional<Path> authority) {
    static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

    private static final String TOKEN = "HEDDLE_TOKEN";
    private static final String TOKEN_FILE = "HEDDLE_TOKEN_FILE";
    private static final String AUTHORITY = "HEDDLE_CACERT";

    /**
     * The credentials for a controller: those of the environment, then those of its context.
     *
     * @param tokenFile the file of the context's token
     * @param authority likewise its authority
     */
    static Credentials of(Map<String, String> environment, Optional<String> tokenFile, Optional<String> authority) {
        Optional<String> file = Optional.ofNullable(environment.get(TOKEN_FILE)).or(() -> tokenFile);
        return new Credentials(
                Optional.ofNullable(environment.get(TOKEN)).or(() -> file.map(Credentials::read)),
                Optional.ofNullable(environment.get(AUTHORITY))
                        .or(() -> authority)
                        .map(Path::of));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new Heddle.Failure("the token cannot be read from " + file + ": " + e.getMessage());
        }
    }

    /** Adds them to a request. */
    void applyTo(HttpURLConnection connection) {
        token.ifPresent(t -> connection.setRequestProperty("Authorization", "Bearer " + t));
        if (authority.isPresent() && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(trusting(authority.get()));
        }
    }

    private static SSLSocketFactory trusting(Path file) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {Authorities.trust(Pem.certificates(file))}, null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }
}
