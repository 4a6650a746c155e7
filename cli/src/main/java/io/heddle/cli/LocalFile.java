package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.check.Checker;
import io.heddle.config.HostConfig;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.config.Problem;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.model.Placement;
import io.heddle.flows.program.Nearest;
import io.heddle.trace.Exchange;
import io.heddle.trace.KnownHosts;
import io.heddle.trace.Origin;
import io.heddle.trace.PlannedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Checks and traces a network file without a controller. */
final class LocalFile {
    private LocalFile() {}

    private static NetworkFile.Declared read(Path file) throws IOException {
        try {
            return NetworkFile.read(NetworkFile.load(file));
        } catch (InvalidNetworkException e) {
            throw new Heddle.Failure("the network file is wrong\n"
                    + String.join(
                            "\n", e.problems().stream().map(Problem::toString).toList()));
        }
    }

    /** The same answer as the admin API's. */
    static JsonNode check(Path file) throws IOException {
        NetworkFile.Declared declared = read(file);
        return ApiClient.JSON.valueToTree(Checker.check(declared).answer(declared.places()));
    }

    /** See {@link HostConfig}. */
    static String hostConfig(Path file, String name, HostConfig.Form form) throws IOException {
        NetworkModel model = read(file).model();
        Host host = model.hosts().get(name);
        if (host == null) {
            throw new Heddle.Failure(Nearest.unknown("host", name, model.hosts().keySet()));
        }
        return HostConfig.of(model, host, form);
    }

    /** The same answer as the admin API's, for the network that the file would make. */
    static JsonNode trace(Path file, String from, String to, String match, boolean reply) throws IOException {
        NetworkFile.Declared read = read(file);
        NetworkFile.Declared declared = read.with(Placement.assume(read.model()));
        KnownHosts known = KnownHosts.of(declared.model(), List.of());
        try {
            Origin.Frame frame = Origin.frame(declared.model(), known, from, to, match);
            Exchange exchange = Exchange.of(declared, PlannedNetwork.stations(declared.model()), known, frame);
            ObjectNode answer = ApiClient.JSON.valueToTree(exchange.trace());
            if (reply) {
                answer.set("reply", ApiClient.JSON.valueToTree(exchange.reply()));
            }
            return answer;
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }
}
