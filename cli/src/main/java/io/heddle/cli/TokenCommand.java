package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle token}: who may use the admin API, and for what. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        subcommands = {TokenCommand.Create.class, TokenCommand.Listing.class, TokenCommand.Delete.class},
        description = "Makes, lists and deletes the tokens by which people and programs use the admin API.",
        footer = {
            "",
            "Examples:",
            "  heddle token create alice --role admin",
            "  heddle token create ci --role operator --expires 90d",
            "  heddle token create red-team --role operator --networks 'red*' --ports 'red-*'",
            "  heddle token create bob --certificate --role operator",
            "  heddle token create netops --oidc-group network-operators --role operator",
            "  heddle token list",
            "  heddle token delete ci",
            "  HEDDLE_TOKEN=heddle_… heddle status       uses one"
        })
final class TokenCommand extends Verbs {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");

    /** {@code heddle token create}. */
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a token, and prints it once.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private ApiOption api;

        @Parameters(paramLabel = "NAME", description = "who has it")
        private String name;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "reader (reads, checks, traces), operator (plans and changes the network too), or admin"
                        + " (makes tokens too)")
        private String role;

        @Option(
                names = "--networks",
                paramLabel = "NAME",
                split = ",",
                description = "the only networks that it may change; * stands for any characters")
        private List<String> networks = List.of();

        @Option(names = "--hosts", paramLabel = "NAME", split = ",", description = "the only hosts that it may change")
        private List<String> hosts = List.of();

        @Option(names = "--ports", paramLabel = "NAME", split = ",", description = "the only ports that it may change")
        private List<String> ports = List.of();

        @Option(names = "--expires", paramLabel = "WHEN", description = "90d, or a time such as 2027-01-31T00:00:00Z")
        private String expires;

        @Option(
                names = "--certificate",
                description = "makes no token: the name is that in the certificate of a user, see heddle pki user")
        private boolean certificate;

        @Option(
                names = "--oidc-subject",
                paramLabel = "SUBJECT",
                description = "makes no token: the name is that of the subject (sub) of tokens of the issuer")
        private String oidcSubject;

        @Option(
                names = "--oidc-group",
                paramLabel = "GROUP",
                description = "makes no token: the name is that of the members of a group in tokens of the issuer")
        private String oidcGroup;

        @Override
        public Integer call() throws IOException {
            ObjectNode wish =
                    ApiClient.JSON.createObjectNode().put("name", name).put("role", role);
            wish.set("networks", ApiClient.JSON.valueToTree(networks));
            wish.set("hosts", ApiClient.JSON.valueToTree(hosts));
            wish.set("ports", ApiClient.JSON.valueToTree(ports));
            if (expires != null) {
                wish.put("expires", end(expires));
            }
            if (certificate) {
                wish.put("certificate", true);
            }
            if (oidcSubject != null) {
                wish.put("oidcSubject", oidcSubject);
            }
            if (oidcGroup != null) {
                wish.put("oidcGroup", oidcGroup);
            }
            JsonNode made = api.client().post("tokens", wish.toString());
            if (!made.has("token")) {
                return 0;
            }
            System.err.println("The token of " + name + ", which cannot be shown again:");
            System.out.println(made.path("token").asText());
            return 0;
        }
    }

    private static String end(String text) {
        Matcher days = DAYS.matcher(text);
        try {
            return days.matches()
                    ? Instant.now()
                            .plus(Duration.ofDays(Long.parseLong(days.group(1))))
                            .toString()
                    : Instant.parse(text).toString();
        } catch (DateTimeParseException e) {
            throw new Heddle.Failure(
                    "--expires: expected 90d, or a time such as 2027-01-31T00:00:00Z, found \"" + text + "\"");
        }
    }

    /** {@code heddle token list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the tokens, without their secrets.")
    static final class Listing extends View {
        Listing() {
            super("tokens");
        }
    }

    /** {@code heddle token delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a token: nobody can use it again.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ApiOption api;

        @Parameters(paramLabel = "NAME", description = "the token's name")
        private String name;

        @Override
        public Integer call() throws IOException {
            api.client().delete("tokens/" + ApiClient.encode(name));
            return 0;
        }
    }
}
