package io.heddle.tls;

import com.google.common.base.Throwables;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Trusts certificates that one of some authorities has signed and not revoked. */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final String ANY_KEY = "UNKNOWN";

    private final X509TrustManager signed;
    private final List<X509CRL> revocations;
    private final String authoritiesFile;

    /**
     * Trusts the authorities of a file.
     *
     * @param authoritiesFile the name of the authorities' file, for errors
     * @param revocationsFile likewise of the revocation lists
     * @throws GeneralSecurityException if a revocation list is of none of the authorities
     */
    PeerTrust(
            List<X509Certificate> authorities,
            List<X509CRL> revocations,
            String authoritiesFile,
            String revocationsFile)
            throws GeneralSecurityException {
        this.revocations = List.copyOf(revocations);
        this.authoritiesFile = authoritiesFile;
        for (X509CRL list : revocations) {
            if (authorities.stream().noneMatch(a -> isSignedBy(list, a))) {
                throw new GeneralSecurityException(revocationsFile + " has a list of "
                        + list.getIssuerX500Principal().getName() + ", which is no authority in "
                        + authoritiesFile + ": add it there, or remove the list");
            }
        }
        signed = Authorities.trust(authorities);
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate authority) {
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** @throws CertificateException if the chain is not trusted; its message is for people */
    void check(X509Certificate[] chain, boolean client) throws CertificateException {
        if (client) {
            checkClientTrusted(chain, ANY_KEY);
        } else {
            checkServerTrusted(chain, ANY_KEY);
        }
    }

    /** The error of a chain that Java does not trust, in words for people. */
    private CertificateException untrusted(X509Certificate[] chain, CertificateException cause) {
        X509Certificate own = chain[0];
        Instant now = Instant.now();
        String why = now.isAfter(own.getNotAfter().toInstant())
                ? " expired on " + own.getNotAfter().toInstant()
                : now.isBefore(own.getNotBefore().toInstant())
                        ? " is not valid before " + own.getNotBefore().toInstant() + ": check the clocks"
                        : " is not signed by an authority in " + authoritiesFile + " ("
                                + Throwables.getRootCause(cause).getMessage() + ")";
        return new CertificateException(PeerCertificate.of(own) + why, cause);
    }

    private void checkRevocation(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate c : chain) {
            if (revocations.stream().anyMatch(r -> r.isRevoked(c))) {
                throw new CertificateException(PeerCertificate.of(c) + " is revoked");
            }
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        try {
            signed.checkClientTrusted(chain, type);
        } catch (CertificateException e) {
            throw untrusted(chain, e);
        }
        checkRevocation(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        try {
            signed.checkServerTrusted(chain, type);
        } catch (CertificateException e) {
            throw untrusted(chain, e);
        }
        checkRevocation(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return signed.getAcceptedIssuers();
    }
}
