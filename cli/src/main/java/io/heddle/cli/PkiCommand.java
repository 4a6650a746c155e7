package io.heddle.cli;

import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle pki}: a small authority of certificates, for those who have none. */
@Command(
        name = "pki",
        mixinStandardHelpOptions = true,
        description = "Makes the certificates for connections by TLS, in a folder that heddle controller --tls takes.",
        footer = {
            "",
            "Examples:",
            "  heddle pki init                      the authority, and the controller's certificate",
            "  heddle pki host hv1                  a certificate for host hv1 of the network file",
            "  heddle pki user alice                a certificate for a user of the admin API",
            "  heddle pki rotate                    a new certificate for the controller",
            "  heddle pki rotate hv1                a new one for hv1; the old one is revoked",
            "  heddle pki list                      whose certificate ends when"
        })
final class PkiCommand extends Verbs {
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?";

    /** As the admin API takes it. */
    private static final String USER = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = "/etc/heddle/pki",
            scope = CommandLine.ScopeType.INHERIT,
            description = "where the certificates are (default: ${DEFAULT-VALUE})")
    private Path folder;

    /** Something to do with the authority. */
    private interface Work {
        void run() throws IOException, GeneralSecurityException;
    }

    @Command(description = "Makes the authority, and the controller's certificates.", mixinStandardHelpOptions = true)
    int init(
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            split = ",",
                            description = "a DNS name or an IP address by which clients reach the admin API, besides"
                                    + " this machine's name and loopback")
                    List<String> names) {
        return run(() -> {
            Authority.init(folder, apiNames(names));
            System.out.println("The authority is in " + folder + ". Keep " + folder.resolve("ca")
                    + " secret: whoever has it can be any host, controller or user.");
            System.out.println("Next:");
            System.out.println("  heddle controller --tls " + folder + "     (or tls = " + folder
                    + " in /etc/heddle/controller.conf)");
            System.out.println("  heddle pki host NAME                      for each host of the network file");
        });
    }

    @Command(
            description = "Makes a certificate for a host, and says what to type there. Revokes the one that it had.",
            mixinStandardHelpOptions = true)
    int host(
            @Parameters(paramLabel = "NAME", description = "the host's name in the network file") String name,
            @Option(
                            names = "--also",
                            paramLabel = "NAME",
                            split = ",",
                            description = "a DNS name or an IP address that the certificate is to name too")
                    List<String> also) {
        return run(() -> issue(name, also == null ? List.of() : also));
    }

    @Command(
            description = "Makes a certificate for a user of the admin API. Revokes the one that the user had.",
            mixinStandardHelpOptions = true)
    int user(@Parameters(paramLabel = "NAME", description = "as in heddle token create --certificate") String name) {
        return run(() -> {
            if (!name.matches(USER)) {
                throw new Heddle.Failure("expected a name of letters, digits, '.', '_', '@' or '-', such as alice,"
                        + " found \"" + name + "\"");
            }
            Path home = Authority.in(folder).user(name).key().getParent();
            System.out.println("The key and the certificate of " + name + " are in " + home
                    + ". An older certificate is revoked. Say what " + name + " may do:");
            System.out.println("  heddle token create " + name + " --certificate --role reader");
            System.out.println("With copies of the files, " + name + " then types:");
            System.out.println("  heddle context NAME https://CONTROLLER:8443 --cert cert.pem --key privkey.pem"
                    + " --cacert cacert.pem");
        });
    }

    @Command(
            description = "Makes a new certificate for the controller, or for a host, and revokes the host's old one.",
            mixinStandardHelpOptions = true)
    int rotate(
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "the host; without it, the controller")
                    String name,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            split = ",",
                            description = "the names and addresses by which clients reach the admin API, instead of"
                                    + " those before")
                    List<String> names) {
        return run(() -> {
            if (name != null) {
                issue(name, List.of());
            } else {
                Authority authority = Authority.in(folder);
                authority.controller();
                authority.api(names == null ? authority.apiNames() : apiNames(names));
                System.out.println("The controller has a new certificate. A running controller takes it within 10 s.");
            }
        });
    }

    @Command(
            description = "Revokes a host's certificate, or a user's. A running controller refuses it within 10 s.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Parameters(paramLabel = "NAME", description = "the host, or the user") String name,
            @Option(names = "--user", description = "revokes the certificate of a user of the admin API")
                    boolean user) {
        return run(() -> {
            Authority authority = Authority.in(folder);
            if (user) {
                if (!name.matches(USER)) {
                    throw new Heddle.Failure("expected a user's name such as alice, found \"" + name + "\"");
                }
                authority.revokeUser(name);
            } else {
                authority.revoke(name);
            }
        });
    }

    @Command(description = "Lists the certificates, and when they end.", mixinStandardHelpOptions = true)
    int list() {
        return run(() -> {
            Authority authority = Authority.in(folder);
            authority.own().forEach((what, c) -> System.out.println(what + "  " + end(c)));
            authority.certificates().forEach((host, c) -> System.out.println("host " + host + "  " + end(c)));
            authority.users().forEach((user, c) -> System.out.println("user " + user + "  " + end(c)));
        });
    }

    private static List<String> apiNames(List<String> more) throws UnknownHostException {
        List<String> names = new ArrayList<>(List.of(InetAddress.getLocalHost().getHostName()));
        names.addAll(more == null ? List.of() : more);
        names.addAll(List.of("localhost", "127.0.0.1", "::1"));
        return names;
    }

    private void issue(String name, List<String> also) throws IOException, GeneralSecurityException {
        if (!name.matches(NAME)) {
            throw new Heddle.Failure("expected a host's name in the network file, such as hv1, found \"" + name + "\"");
        }
        Authority.HostFiles files = Authority.in(folder).host(name, also);
        Path home = files.key().getParent();
        System.out.println("The certificate of " + name + " is in " + home + ". An older one is revoked: the controller"
                + " closes the host's connections until this one is there. Install it with:");
        System.out.println("  ssh " + name + " mkdir -p /etc/openvswitch/heddle");
        System.out.println("  scp " + home + "/*.pem " + name + ":/etc/openvswitch/heddle/");
        System.out.println("  ssh " + name + " ovs-vsctl set-ssl /etc/openvswitch/heddle/privkey.pem"
                + " /etc/openvswitch/heddle/cert.pem /etc/openvswitch/heddle/cacert.pem");
        System.out.println("Then let Heddle dial it (ovsdb: ssl:ADDRESS:6640 in the network file), with:");
        System.out.println("  ssh " + name + " ovs-vsctl set-manager pssl:6640");
    }

    private static String end(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        return "expires " + end + " (" + Duration.between(Instant.now(), end).toDays() + " days)";
    }

    private static int run(Work work) {
        try {
            work.run();
            return 0;
        } catch (IOException | GeneralSecurityException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }
}
