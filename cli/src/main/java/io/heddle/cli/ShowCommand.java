package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle show}: the files of a version. */
@Command(name = "show", description = "Prints the files of a version.", mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(paramLabel = "VERSION", description = "its number, see heddle history")
    private int version;

    @Option(names = "-o", paramLabel = "table|json|yaml", defaultValue = "table", description = "form of the answer")
    private Output output;

    @Override
    public Integer call() throws Exception {
        JsonNode v = api.client().get("versions/" + version);
        if (!output.isForPeople()) {
            System.out.println(output.render(v));
            return 0;
        }
        System.out.println("# version " + v.path("version").asInt() + ", "
                + v.path("time").asText() + ", " + v.path("author").asText()
                + (v.path("message").asText().isEmpty()
                        ? ""
                        : ": " + v.path("message").asText()));
        v.path("files")
                .properties()
                .forEach(f -> System.out.println(
                        "# " + f.getKey() + "\n" + f.getValue().asText().stripTrailing()));
        return 0;
    }
}
