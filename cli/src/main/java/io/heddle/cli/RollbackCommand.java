package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle rollback}: applies the files of an earlier version, as a new version. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Applies the files of an earlier version, as a new version,"
                + " and waits until hosts and switches confirm.")
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Mixin
    private Applying applying;

    @Parameters(paramLabel = "VERSION", description = "its number, see heddle history")
    private int version;

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client();
        JsonNode files = client.get("versions/" + version).path("files");
        JsonNode plan = client.post("plan", ApiClient.JSON.writeValueAsString(Map.of("files", files)));
        applying.show(plan);
        return applying.run(
                client,
                plan,
                "POST",
                "rollback/" + version + "?base=" + plan.path("base").asInt(),
                "");
    }
}
