package io.heddle.tls.pki;

import io.heddle.tls.CertificateFiles;
import io.heddle.tls.PeerCertificate;
import io.heddle.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A small authority for those who have none, in a folder that {@code heddle controller --tls} takes.
 *
 * <p>It is two: one for controllers and one for hosts. Open vSwitch trusts whoever its authority has signed, whatever
 * the name. With a single authority, each host could pretend to be the controller of the others. Users of the admin API
 * have a third, made with the first of their certificates, so that no host passes for a user.
 */
public final class Authority {
    private static final String CONTROLLERS = "controllers-cacert.pem";
    private static final String CONTROLLERS_KEY = "ca/controllers-privkey.pem";
    private static final String HOSTS_KEY = "ca/hosts-privkey.pem";
    private static final String HOSTS = "hosts";
    private static final String USERS_KEY = "ca/users-privkey.pem";
    private static final String USERS = "users";

    private final Path folder;
    private final Issuer controllers;
    private final Issuer hosts;

    private Authority(Path folder, Issuer controllers, Issuer hosts) {
        this.folder = folder;
        this.controllers = controllers;
        this.hosts = hosts;
    }

    /** The files of a host, as {@code ovs-vsctl set-ssl} takes them, or of a user. */
    public record HostFiles(Path key, Path certificate, Path authority) {}

    /**
     * Makes the authority and the controller's certificates.
     *
     * @param apiNames the names and addresses by which clients reach the admin API
     * @throws IOException if the folder has one, or cannot be written
     */
    public static Authority init(Path folder, List<String> apiNames) throws IOException, GeneralSecurityException {
        for (String file : List.of(CONTROLLERS, CertificateFiles.PEERS, CertificateFiles.KEY)) {
            if (Files.exists(folder.resolve(file))) {
                throw new IOException(folder + " has an authority already (" + file + "): heddle pki rotate makes a new"
                        + " certificate for the controller, heddle pki host one for a host");
            }
        }
        // Others may enter it: the service must reach the files that it may read.
        PemFile.folder(folder);
        Authority made = new Authority(folder, Issuer.create("controllers"), Issuer.create("hosts"));
        PemFile.secret(folder.resolve(CONTROLLERS_KEY), made.controllers.key());
        PemFile.secret(folder.resolve(HOSTS_KEY), made.hosts.key());
        PemFile.open(folder.resolve(CONTROLLERS), made.controllers.certificate());
        PemFile.open(folder.resolve(CertificateFiles.PEERS), made.hosts.certificate());
        made.controller();
        made.api(apiNames);
        return made;
    }

    /** The authority in a folder. @throws IOException if it has none, or only its certificates without the keys */
    public static Authority in(Path folder) throws IOException {
        return new Authority(
                folder,
                new Issuer(
                        Pem.certificates(folder.resolve(CONTROLLERS)).get(0), Pem.key(folder.resolve(CONTROLLERS_KEY))),
                new Issuer(
                        Pem.certificates(folder.resolve(CertificateFiles.PEERS)).get(0),
                        Pem.key(folder.resolve(HOSTS_KEY))));
    }

    /** Makes a key and a certificate for the controller, and replaces the ones that it has. */
    public void controller() throws IOException, GeneralSecurityException {
        Issuer.Issued made = controllers.issue(List.of("heddle"));
        PemFile.shared(folder.resolve(CertificateFiles.KEY), made.key());
        // With the authority, so that ovs-vsctl --bootstrap set-ssl can take it from the controller.
        PemFile.open(folder.resolve(CertificateFiles.CERTIFICATE), made.certificate(), controllers.certificate());
    }

    /** Makes a key and a certificate for the admin API, and replaces the ones that it has. */
    public void api(List<String> names) throws IOException, GeneralSecurityException {
        Issuer.Issued made = controllers.issue(names);
        PemFile.shared(folder.resolve(CertificateFiles.API_KEY), made.key());
        PemFile.open(folder.resolve(CertificateFiles.API_CERTIFICATE), made.certificate(), controllers.certificate());
    }

    /** The names of the admin API's certificate. @throws IOException if it has none here */
    public List<String> apiNames() throws IOException {
        return List.copyOf(PeerCertificate.of(Pem.certificates(folder.resolve(CertificateFiles.API_CERTIFICATE))
                        .get(0))
                .names());
    }

    /**
     * Makes a key and a certificate for a host, and revokes the one that it had.
     *
     * @param name as in the network file
     * @param others further DNS names and IP addresses; if there are none, those that its certificate had
     */
    public HostFiles host(String name, List<String> others) throws IOException, GeneralSecurityException {
        Path certificate = folder.resolve(HOSTS).resolve(name).resolve("cert.pem");
        Set<String> names = new LinkedHashSet<>(List.of(name));
        names.addAll(others);
        if (Files.exists(certificate)) {
            if (others.isEmpty()) {
                names.addAll(
                        PeerCertificate.of(Pem.certificates(certificate).get(0)).names());
            }
            revoke(name);
        }
        Issuer.Issued made = hosts.issue(List.copyOf(names));
        Path home = certificate.getParent();
        HostFiles files = new HostFiles(home.resolve("privkey.pem"), certificate, home.resolve("cacert.pem"));
        PemFile.secret(files.key(), made.key());
        PemFile.open(files.authority(), controllers.certificate());
        PemFile.open(files.certificate(), made.certificate());
        return files;
    }

    /** Revokes a host's certificate. @throws IOException if the host has none here */
    public void revoke(String name) throws IOException, GeneralSecurityException {
        revoke(hosts, HOSTS, name, CertificateFiles.REVOKED);
    }

    private void revoke(Issuer issuer, String kind, String name, String file)
            throws IOException, GeneralSecurityException {
        Path certificate = certificate(kind, name);
        Path list = folder.resolve(file);
        Optional<X509CRL> before =
                Files.exists(list) ? Optional.of(Pem.revocations(list).get(0)) : Optional.empty();
        PemFile.open(list, issuer.revoke(Pem.certificates(certificate).get(0), before));
    }

    private Path certificate(String kind, String name) throws IOException {
        Path certificate = folder.resolve(kind).resolve(name).resolve("cert.pem");
        if (!Files.exists(certificate)) {
            throw new IOException("no certificate of " + name + " in " + folder.resolve(kind) + ", which has "
                    + (certificates(kind).isEmpty()
                            ? "none"
                            : String.join(", ", certificates(kind).keySet())));
        }
        return certificate;
    }

    /**
     * Makes a key and a certificate for a user of the admin API, and revokes the one that the user had. If there is no
     * authority of users, it makes that first.
     */
    public HostFiles user(String name) throws IOException, GeneralSecurityException {
        Issuer users = usersOrNew();
        Path home = folder.resolve(USERS).resolve(name);
        HostFiles files =
                new HostFiles(home.resolve("privkey.pem"), home.resolve("cert.pem"), home.resolve("cacert.pem"));
        if (Files.exists(files.certificate())) {
            revoke(users, USERS, name, CertificateFiles.USERS_REVOKED);
        }
        Issuer.Issued made = users.issueUser(name);
        PemFile.secret(files.key(), made.key());
        PemFile.open(files.authority(), controllers.certificate());
        PemFile.open(files.certificate(), made.certificate());
        return files;
    }

    /** Revokes a user's certificate. @throws IOException if the user has none here */
    public void revokeUser(String name) throws IOException, GeneralSecurityException {
        certificate(USERS, name);
        revoke(usersOrNew(), USERS, name, CertificateFiles.USERS_REVOKED);
    }

    private Issuer usersOrNew() throws IOException, GeneralSecurityException {
        Path certificate = folder.resolve(CertificateFiles.USERS);
        Path key = folder.resolve(USERS_KEY);
        if (Files.exists(certificate) && Files.exists(key)) {
            return new Issuer(Pem.certificates(certificate).get(0), Pem.key(key));
        } else if (Files.exists(certificate)) {
            throw new IOException(certificate + " is of an authority whose key is not here (" + key
                    + "): make the certificate there");
        }
        Issuer made = Issuer.create(USERS);
        PemFile.secret(key, made.key());
        PemFile.open(certificate, made.certificate());
        return made;
    }

    /** The certificates of the hosts, by name. */
    public Map<String, X509Certificate> certificates() throws IOException {
        return certificates(HOSTS);
    }

    /** The certificates of the users, by name. */
    public Map<String, X509Certificate> users() throws IOException {
        return certificates(USERS);
    }

    private Map<String, X509Certificate> certificates(String kind) throws IOException {
        Map<String, X509Certificate> all = new TreeMap<>();
        Path home = folder.resolve(kind);
        if (!Files.isDirectory(home)) {
            return all;
        }
        List<Path> names;
        try (Stream<Path> found = Files.list(home)) {
            names = found.toList();
        }
        for (Path host : names) {
            all.put(
                    host.getFileName().toString(),
                    Pem.certificates(host.resolve("cert.pem")).get(0));
        }
        return all;
    }

    /** The certificates of the controller, its admin API and the authorities, by what they are for. */
    public Map<String, X509Certificate> own() throws IOException {
        Map<String, X509Certificate> all = new LinkedHashMap<>();
        all.put(
                "controller",
                Pem.certificates(folder.resolve(CertificateFiles.CERTIFICATE)).get(0));
        all.put(
                "api",
                Pem.certificates(folder.resolve(CertificateFiles.API_CERTIFICATE))
                        .get(0));
        all.put("authority of controllers", controllers.certificate());
        all.put("authority of hosts", hosts.certificate());
        return all;
    }
}
