package io.heddle.cli;

import io.heddle.tls.Authorities;
import io.heddle.tls.Identity;
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
 * @param own the user's certificate, if there is one
 */
record Credentials(Optional<String> token, Optional<Path> authority, Optional<OwnFiles> own) {
    static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty(), Optional.empty());

    static final String TOKEN = "HEDDLE_TOKEN";
    static final String TOKEN_FILE = "HEDDLE_TOKEN_FILE";
    private static final String AUTHORITY = "HEDDLE_CACERT";
    private static final String CERTIFICATE = "HEDDLE_CERT";
    private static final String KEY = "HEDDLE_KEY";

    /** The files of a certificate and its key. */
    record OwnFiles(Path certificate, Path key) {
        /** @throws Heddle.Failure if only one of them is given */
        static Optional<OwnFiles> of(Optional<String> certificate, Optional<String> key) {
            if (certificate.isPresent() != key.isPresent()) {
                throw new Heddle.Failure("a certificate needs its key, and a key its certificate: give both --cert FILE"
                        + " and --key FILE");
            }
            return certificate.map(c -> new OwnFiles(Path.of(c), Path.of(key.orElseThrow())));
        }
    }

    /**
     * The credentials for a controller: those of the environment, then those of its context.
     *
     * @param given the certificate of the command line, which comes before both
     */
    static Credentials of(Map<String, String> environment, Contexts.Context context, Optional<OwnFiles> given) {
        Optional<String> file = Optional.ofNullable(environment.get(TOKEN_FILE)).or(context::tokenFile);
        Optional<OwnFiles> own = given.or(() -> OwnFiles.of(
                        Optional.ofNullable(environment.get(CERTIFICATE)), Optional.ofNullable(environment.get(KEY))))
                .or(() -> OwnFiles.of(context.certificate(), context.key()));
        return new Credentials(
                Optional.ofNullable(environment.get(TOKEN)).or(() -> file.map(Credentials::read)),
                Optional.ofNullable(environment.get(AUTHORITY))
                        .or(context::authority)
                        .map(Path::of),
                own);
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
        if ((authority.isPresent() || own.isPresent()) && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(sockets());
        }
    }

    private SSLSocketFactory sockets() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own.isPresent()
                            ? Identity.of(own.get().certificate(), own.get().key())
                            : null,
                    authority.isPresent()
                            ? new TrustManager[] {Authorities.trust(Pem.certificates(authority.get()))}
                            : null,
                    null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }
}
