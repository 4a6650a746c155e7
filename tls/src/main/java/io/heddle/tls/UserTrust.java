package io.heddle.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.X509TrustManager;

/** Trust in the certificates of users of the admin API. Any thread. */
public final class UserTrust {
    private final PeerTrust trust;

    private UserTrust(PeerTrust trust) {
        this.trust = trust;
    }

    /**
     * Reads the authorities of users, and what they have revoked, from a folder; empty if it has none.
     *
     * @param others the authorities of hosts, and the certificates of controllers with their authorities: none of them
     *     may have to do with the authorities of users
     * @throws IOException with the file, what is wrong with it and what would be right
     */
    static Optional<UserTrust> load(Path folder, List<X509Certificate> others) throws IOException {
        Path file = folder.resolve(CertificateFiles.USERS);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<X509Certificate> authorities = Pem.certificates(file);
        for (X509Certificate authority : authorities) {
            for (X509Certificate other : others) {
                if (isOfOne(authority, other)) {
                    throw new IOException(file + " has the authority "
                            + authority.getSubjectX500Principal().getName()
                            + ", which signs certificates of hosts or controllers too: they could pass for users."
                            + " Use another authority for users");
                }
            }
        }
        Path revoked = folder.resolve(CertificateFiles.USERS_REVOKED);
        List<X509CRL> revocations = Files.exists(revoked) ? Pem.revocations(revoked) : List.of();
        try {
            return Optional.of(new UserTrust(
                    new PeerTrust(authorities, revocations, CertificateFiles.USERS, CertificateFiles.USERS_REVOKED)));
        } catch (GeneralSecurityException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    /** Whether one of two certificates is the other, or has signed it. */
    private static boolean isOfOne(X509Certificate a, X509Certificate b) {
        return a.getPublicKey().equals(b.getPublicKey())
                || isSignedBy(a, b.getPublicKey())
                || isSignedBy(b, a.getPublicKey());
    }

    private static boolean isSignedBy(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For handshakes. */
    public X509TrustManager manager() {
        return trust;
    }

    /**
     * Whom a certificate names: its only common name.
     *
     * @throws CertificateException if it is not trusted, has ended, was revoked or names nobody; with words for people
     */
    public String name(X509Certificate... chain) throws CertificateException {
        trust.check(chain, true);
        try {
            List<String> names = new LdapName(chain[0].getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(Object::toString)
                            .toList();
            if (names.size() == 1) {
                return names.get(0);
            }
        } catch (InvalidNameException e) {
            // Reported below.
        }
        throw new CertificateException("the certificate names nobody: expected one common name (CN)");
    }
}
