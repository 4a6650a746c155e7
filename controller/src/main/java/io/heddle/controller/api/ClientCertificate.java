package io.heddle.controller.api;

import io.heddle.tls.UserTrust;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.VertxConnection;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The certificate of the client of an HTTPS connection. It is checked again when the files have changed, and from
 * time to time: a connection may last longer than the trust in its client.
 */
final class ClientCertificate {
    private static final AttributeKey<Checked> CHECKED = AttributeKey.valueOf(ClientCertificate.class, "checked");
    private static final Duration CHECK_AGAIN = Duration.ofMinutes(1);

    /**
     * The result of a check.
     *
     * @param name empty without a certificate
     * @param fault why the certificate is not trusted; "" if it is
     */
    private record Checked(UserTrust trust, Instant when, Optional<String> name, String fault) {}

    private ClientCertificate() {}

    /**
     * Whom the certificate of a request's client names; empty if it has none.
     *
     * @param trust empty if no certificates are asked for
     * @throws BadRequest if the certificate is no longer trusted
     */
    static Optional<String> name(HttpServerRequest request, Optional<UserTrust> trust) throws BadRequest {
        if (!request.isSSL() || !(request.connection() instanceof VertxConnection connection)) {
            return Optional.empty();
        }
        var kept = connection.channelHandlerContext().channel().attr(CHECKED);
        Checked last = kept.get();
        if (last == null || last.trust != trust.orElse(null) || Instant.now().isAfter(last.when.plus(CHECK_AGAIN))) {
            last = check(request.connection(), trust);
            kept.set(last);
        }
        if (!last.fault.isEmpty()) {
            throw new BadRequest(401, last.fault);
        }
        return last.name;
    }

    private static Checked check(HttpConnection connection, Optional<UserTrust> trust) {
        Instant now = Instant.now();
        try {
            X509Certificate[] chain = connection.peerCertificates().toArray(X509Certificate[]::new);
            return new Checked(
                    trust.orElse(null),
                    now,
                    Optional.of(trust.orElseThrow(
                                    () -> new CertificateException("certificates of users are not accepted any more"))
                            .name(chain)),
                    "");
        } catch (SSLPeerUnverifiedException e) {
            return new Checked(trust.orElse(null), now, Optional.empty(), "");
        } catch (CertificateException e) {
            return new Checked(trust.orElse(null), now, Optional.empty(), e.getMessage());
        }
    }
}
