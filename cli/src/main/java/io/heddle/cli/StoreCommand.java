package io.heddle.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle store}: the state of controllers, while none of them runs. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description =
                "Copies the state of controllers, while none of them runs: from one controller to several and back,"
                        + " to a backup and from it.",
        footer = {
            "",
            "Examples:",
            "  heddle store copy --to etcd:https://a:2379,b:2379,c:2379 --store-tls /etc/heddle/etcd",
            "  heddle store copy --from etcd:http://127.0.0.1:2379 --to /root/backup"
        })
final class StoreCommand extends Verbs {
    @Command(
            description = "Copies the state from a folder to etcd, or from etcd to a folder, and compares. The place to"
                    + " which it goes must have none. The user and password for etcd are taken from the environment,"
                    + " HEDDLE_ETCD_USER and HEDDLE_ETCD_PASSWORD.",
            mixinStandardHelpOptions = true)
    int copy(
            @Option(
                            names = "--from",
                            paramLabel = "DIR|etcd:URL,...",
                            defaultValue = "/var/lib/heddle",
                            description = "where the state is (default: ${DEFAULT-VALUE})")
                    String from,
            @Option(names = "--to", paramLabel = "DIR|etcd:URL,...", required = true, description = "where it goes")
                    String to,
            @Option(
                            names = "--store-tls",
                            paramLabel = "FOLDER",
                            description = "certificates for etcd: ca.pem and, for a client's own, cert.pem and key.pem")
                    Path tls)
            throws IOException {
        if (from.startsWith("etcd:") == to.startsWith("etcd:")) {
            throw new Heddle.Failure("one of --from and --to is a folder, and the other one is etcd:URL,...");
        }
        ControllerProgram program = ControllerProgram.installed();
        int files = program.copy(place(from, tls), place(to, tls));
        System.out.println(files + " files are in " + to + " as they are in " + from);
        return 0;
    }

    private static ControllerProgram.Place place(String text, Path tls) {
        try {
            return text.startsWith("etcd:")
                    ? new ControllerProgram.Place(Optional.empty(), Optional.of(Endpoints.etcd(text, tls)))
                    : new ControllerProgram.Place(Optional.of(Path.of(text)), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }
}
