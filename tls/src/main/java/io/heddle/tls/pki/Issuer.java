package io.heddle.tls.pki;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates, with elliptic-curve keys (P-256). */
record Issuer(X509Certificate certificate, PrivateKey key) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 127;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration AUTHORITY_LIVES = Duration.ofDays(3650);
    private static final Duration CERTIFICATE_LIVES = Duration.ofDays(730);
    /** For peers whose clock is behind. */
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    /** A key and its certificate. */
    record Issued(X509Certificate certificate, PrivateKey key) {}

    /** A new authority. @param name such as {@code Heddle hosts} */
    static Issuer create(String name) throws GeneralSecurityException {
        KeyPair pair = pair();
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            // An authority of the same name must be told apart after it was made anew.
            var subject = new X500NameBuilder()
                    .addRDN(BCStyle.O, "Heddle")
                    .addRDN(BCStyle.CN, name)
                    .addRDN(BCStyle.SERIALNUMBER, UUID.randomUUID().toString())
                    .build();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            subject, serial(), begin(), end(AUTHORITY_LIVES), subject, pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            return new Issuer(signed(builder, pair.getPrivate()), pair.getPrivate());
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /**
     * A new key and its certificate, for both ends of connections.
     *
     * @param names the common name, then further DNS names and IP addresses
     */
    Issued issue(List<String> names) throws GeneralSecurityException {
        List<GeneralName> others = new ArrayList<>();
        for (String name : names) {
            others.add(new GeneralName(
                    InetAddresses.isInetAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return issue(names.get(0), others, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    }

    /** A new key and its certificate, for a user of servers. */
    Issued issueUser(String name) throws GeneralSecurityException {
        return issue(name, List.of(), KeyPurposeId.id_kp_clientAuth);
    }

    private Issued issue(String name, List<GeneralName> others, KeyPurposeId... purposes)
            throws GeneralSecurityException {
        KeyPair pair = pair();
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            certificate,
                            serial(),
                            begin(),
                            end(CERTIFICATE_LIVES),
                            new X500Principal(new X500NameBuilder()
                                    .addRDN(BCStyle.O, "Heddle")
                                    .addRDN(BCStyle.CN, name)
                                    .build()
                                    .toString()),
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                    .addExtension(
                            Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(certificate));
            if (!others.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(others.toArray(GeneralName[]::new)));
            }
            return new Issued(signed(builder, key), pair.getPrivate());
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** A list of revoked certificates. @param before the list that it replaces */
    X509CRL revoke(X509Certificate revoked, Optional<X509CRL> before) throws GeneralSecurityException {
        try {
            JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(certificate, new Date());
            builder.setNextUpdate(certificate.getNotAfter());
            if (before.isPresent()) {
                builder.addCRL(new JcaX509CRLHolder(before.get()));
            }
            builder.addCRLEntry(revoked.getSerialNumber(), new Date(), CRLReason.superseded);
            return new JcaX509CRLConverter().getCRL(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey by)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(by)));
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM);
    }

    private static Date begin() {
        return Date.from(Instant.now().minus(CLOCKS_DIFFER));
    }

    private static Date end(Duration after) {
        return Date.from(Instant.now().plus(after));
    }
}
