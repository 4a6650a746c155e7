package io.heddle.tls;

import com.google.common.net.InetAddresses;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The certificate of a connected peer, which a trusted authority has signed.
 *
 * @param names whom it names: the common name of its subject, and its DNS names and IP addresses
 */
public record PeerCertificate(Set<String> names) {
    private static final int DNS = 2;
    private static final int IP = 7;

    public PeerCertificate {
        names = Set.copyOf(names);
    }

    /** Reads a certificate's names. */
    public static PeerCertificate of(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    // ovs-pki writes "NAME id:UUID".
                    names.add(part.getValue().toString().replaceFirst(" id:.*", ""));
                }
            }
            if (certificate.getSubjectAlternativeNames() != null) {
                for (List<?> name : certificate.getSubjectAlternativeNames()) {
                    if (name.get(0).equals(DNS)) {
                        names.add(name.get(1).toString());
                    } else if (name.get(0).equals(IP)) {
                        names.add(canonical(name.get(1).toString()));
                    }
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            // Names that cannot be read name nobody.
        }
        return new PeerCertificate(names);
    }

    /** Whether it names this host or IP address. */
    public boolean isFor(String name) {
        return names.contains(canonical(name));
    }

    private static String canonical(String name) {
        return InetAddresses.isInetAddress(name) ? InetAddresses.toAddrString(InetAddresses.forString(name)) : name;
    }

    @Override
    public String toString() {
        return names.isEmpty()
                ? "a certificate without a name"
                : "a certificate of "
                        + String.join(", ", names.stream().sorted().toList());
    }
}
