package io.heddle.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads PEM files. Errors name the file, and what it should have. */
public final class Pem {
    private Pem() {}

    /** All certificates of a file, in its order. */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        Collection<? extends Certificate> all;
        try (InputStream in = open(file)) {
            all = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (GeneralSecurityException e) {
            throw wrong(file, "certificates in PEM form", e);
        }
        if (all.isEmpty()) {
            throw wrong(file, "at least one certificate in PEM form", null);
        }
        return all.stream().map(X509Certificate.class::cast).toList();
    }

    /** All revocation lists of a file. */
    public static List<X509CRL> revocations(Path file) throws IOException {
        Collection<? extends CRL> all;
        try (InputStream in = open(file)) {
            all = CertificateFactory.getInstance("X.509").generateCRLs(in);
        } catch (GeneralSecurityException e) {
            throw wrong(file, "certificate revocation lists in PEM form", e);
        }
        return all.stream().map(X509CRL.class::cast).toList();
    }

    /** A private key in any of OpenSSL's forms, without a passphrase. */
    public static PrivateKey key(Path file) throws IOException {
        try (Reader in = Files.newBufferedReader(existing(file));
                PEMParser pem = new PEMParser(in)) {
            for (Object o = pem.readObject(); o != null; o = pem.readObject()) {
                if (o instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
                } else if (o instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (RuntimeException e) {
            throw wrong(file, "a private key in PEM form", e);
        }
        throw wrong(file, "a private key in PEM form, without a passphrase", null);
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(existing(file));
    }

    private static Path existing(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file
                    + (Files.exists(file) ? " cannot be read by this user" : " is missing")
                    + (file.getParent().endsWith("ca")
                            ? ": run heddle pki where the keys of the authority are"
                            : ": heddle pki init makes it"));
        }
        return file;
    }

    private static IOException wrong(Path file, String expected, Exception cause) {
        return new IOException(file + ": expected " + expected, cause);
    }
}
