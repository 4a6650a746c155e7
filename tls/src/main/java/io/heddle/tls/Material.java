package io.heddle.tls;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the files of a folder hold: Heddle's own key and certificate, and the authorities of the peers.
 *
 * @param chain Heddle's certificate, then those of its authority
 * @param end when the first certificate of Heddle expires: one of the chain, or of the admin API
 * @param users trust in users of the admin API, if they may have certificates
 * @param accept for peers that connect to Heddle
 * @param dial for peers that Heddle connects to
 */
record Material(
        List<X509Certificate> chain,
        Instant end,
        PeerTrust trust,
        Optional<UserTrust> users,
        SslContext accept,
        SslContext dial) {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** Forward secrecy and authenticated encryption only. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    /** Reads the files. @throws IOException with the file, what is wrong with it and what would be right */
    static Material load(Path folder) throws IOException {
        PrivateKey key = Pem.key(folder.resolve(CertificateFiles.KEY));
        List<X509Certificate> chain = Pem.certificates(folder.resolve(CertificateFiles.CERTIFICATE));
        checkPair(key, chain.get(0), folder);
        List<X509Certificate> authorities = Pem.certificates(folder.resolve(CertificateFiles.PEERS));
        Path revoked = folder.resolve(CertificateFiles.REVOKED);
        List<X509CRL> revocations = Files.exists(revoked) ? Pem.revocations(revoked) : List.of();
        try {
            PeerTrust trust = new PeerTrust(authorities, revocations, CertificateFiles.PEERS, CertificateFiles.REVOKED);
            List<X509Certificate> others = new ArrayList<>(authorities);
            others.addAll(chain);
            others.addAll(apiChain(folder));
            SslContext accept = common(SslContextBuilder.forServer(key, chain), trust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .build();
            // Heddle compares the certificate with the network file, which has names of its own for hosts.
            SslContext dial = common(SslContextBuilder.forClient().keyManager(key, chain), trust)
                    .endpointIdentificationAlgorithm(null)
                    .build();
            return new Material(chain, end(folder, chain), trust, UserTrust.load(folder, others), accept, dial);
        } catch (GeneralSecurityException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    private static SslContextBuilder common(SslContextBuilder builder, PeerTrust trust) {
        return builder.sslProvider(SslProvider.JDK)
                .trustManager(trust)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
    }

    private static void checkPair(PrivateKey key, X509Certificate certificate, Path folder) throws IOException {
        try {
            Signature signature = Signature.getInstance(
                    key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm());
            byte[] sample = certificate.getSignature();
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(sample);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // Keys of different kinds are not a pair either.
        }
        throw new IOException(folder.resolve(CertificateFiles.CERTIFICATE) + " is not the certificate of the key in "
                + folder.resolve(CertificateFiles.KEY) + ": replace both");
    }

    private static Instant end(Path folder, List<X509Certificate> chain) throws IOException {
        List<X509Certificate> all = new ArrayList<>(chain);
        all.addAll(apiChain(folder));
        return all.stream()
                .map(c -> c.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** The certificates of the admin API, if it has HTTPS. */
    private static List<X509Certificate> apiChain(Path folder) throws IOException {
        Path file = folder.resolve(CertificateFiles.API_CERTIFICATE);
        return Files.exists(file) ? Pem.certificates(file) : List.of();
    }

    /** A hash of the files, which tells whether they have changed. */
    static String fingerprint(Path folder) throws IOException {
        Hasher all = Hashing.sha256().newHasher();
        for (String name : List.of(
                CertificateFiles.KEY,
                CertificateFiles.CERTIFICATE,
                CertificateFiles.PEERS,
                CertificateFiles.REVOKED,
                CertificateFiles.API_KEY,
                CertificateFiles.API_CERTIFICATE,
                CertificateFiles.USERS,
                CertificateFiles.USERS_REVOKED)) {
            Path file = folder.resolve(name);
            all.putBytes(Files.exists(file) ? Files.readAllBytes(file) : new byte[0])
                    .putByte((byte) 0);
        }
        return all.hash().toString();
    }
}
