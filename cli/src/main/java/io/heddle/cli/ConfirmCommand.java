package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle confirm}: keeps a version that {@code heddle apply --confirm} has put in force on trial. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Keeps the version that heddle apply --confirm has put in force; otherwise it goes back.")
final class ConfirmCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(arity = "0..1", paramLabel = "VERSION", description = "its number (default: the one on trial)")
    private Integer version;

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client();
        int which = version == null ? onTrial(client) : version;
        confirm(client, which);
        return 0;
    }

    private static int onTrial(ApiClient client) throws IOException, InterruptedException {
        JsonNode trial = client.get("status").path("trial");
        if (!trial.isObject()) {
            throw new Heddle.Failure(
                    "no version is on trial: it has been confirmed, or the network has gone back; see heddle history");
        }
        return trial.path("version").asInt();
    }

    static void confirm(ApiClient client, int version) throws IOException, InterruptedException {
        client.send(
                "POST",
                "versions/" + version + "/confirm?author=" + ApiClient.encode(System.getProperty("user.name")),
                "");
        System.out.println("version " + version + " stays");
    }
}
