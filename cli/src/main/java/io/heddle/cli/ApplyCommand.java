package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle apply}: puts a network file in force, and waits until hosts and switches confirm. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description =
                "Plans a network file, applies it and waits until hosts and switches confirm. A saved plan is applied"
                        + " only while its plan is still the same. With --watch it goes on, and follows the file.")
final class ApplyCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Mixin
    private Applying applying;

    @Mixin
    private Following following;

    @Parameters(
            paramLabel = "FILE",
            description = "network file, a folder of them, or a plan that heddle plan --save wrote")
    private Path file;

    @Override
    public Integer call() throws Exception {
        ApiClient client = api.client();
        if (following.isWanted()) {
            applying.unattended(following::reason);
            return following.run(file, client, applying);
        }
        following.refuseWithoutWatch();
        SavedPlan wanted = SavedPlan.of(file);
        JsonNode plan = client.post("plan", wanted.body());
        applying.show(plan);
        String query = "base=" + wanted.base().orElse(plan.path("base").asInt())
                + wanted.fingerprint()
                        .map(f -> "&fingerprint=" + ApiClient.encode(f))
                        .orElse("");
        return applying.run(client, plan, "PUT", "network?" + query, wanted.body());
    }
}
