package io.heddle.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Chooses the controller. The first of these that is set: {@code --api}, {@code --context}, {@code HEDDLE_API}, {@code
 * HEDDLE_CONTEXT}, the current context, this machine: its socket, or else its address. The two
 * options may stand before or after the verb.
 */
final class ApiOption {
    /** What the help says of the default. */
    static final String DEFAULT = "the socket /run/heddle/api.sock if you may use it, or http://127.0.0.1:8080";

    private static final String HERE = "http://127.0.0.1:8080";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "the controller's admin API; unix:PATH is that of a socket (default: " + DEFAULT + ")")
    private String url;

    @Option(names = "--context", paramLabel = "NAME", description = "the controller of this name, see heddle context")
    private String context;

    @Option(names = "--cert", paramLabel = "FILE", description = "your certificate for HTTPS, of heddle pki user")
    private String certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "the key of your certificate")
    private String key;

    ApiClient client() {
        return client(ApiClient.ANSWER_MILLIS);
    }

    /** The address of the controller's API. */
    String address() {
        return named().map(Contexts.Context::api).orElseGet(() -> here(UnixWay.HERE));
    }

    /** @param answerMillis how long an answer may pause */
    ApiClient client(int answerMillis) {
        Optional<Contexts.Context> named = named();
        Contexts.Context chosen = named.orElseGet(() -> Contexts.Context.of(here(UnixWay.HERE)));
        Optional<Credentials.OwnFiles> own =
                Credentials.OwnFiles.of(Optional.ofNullable(certificate), Optional.ofNullable(key));
        if (own.isPresent() && !chosen.api().startsWith("https:")) {
            throw new Heddle.Failure("--cert and --key are for HTTPS only, but the controller is at " + chosen.api());
        }
        Map<String, String> environment =
                named.isPresent() || !chosen.api().equals(HERE) ? System.getenv() : withoutTokens(System.getenv());
        return new ApiClient(chosen.api(), answerMillis, Credentials.of(environment, chosen, own));
    }

    /** Any user of this machine may listen at the address that nobody has named. */
    static Map<String, String> withoutTokens(Map<String, String> environment) {
        Map<String, String> left = new TreeMap<>(environment);
        if (left.keySet().removeAll(Set.of(Credentials.TOKEN, Credentials.TOKEN_FILE))) {
            System.err.println("heddle: your token is not sent to " + HERE
                    + ", where any user of this machine may listen; to send it, name the controller: --api " + HERE);
        }
        return left;
    }

    /** The options that choose the same controller for another process of this command. */
    List<String> words() {
        Heddle heddle = (Heddle) verb.root().userObject();
        List<String> words = new ArrayList<>();
        add(words, "--api", url != null ? url : heddle.api());
        add(words, "--context", context != null ? context : heddle.context());
        add(words, "--cert", certificate);
        add(words, "--key", key);
        return words;
    }

    private static void add(List<String> words, String option, String value) {
        if (value != null) {
            words.add(option);
            words.add(value);
        }
    }

    /** The controller that the command line, the environment or the contexts name, if they do. */
    private Optional<Contexts.Context> named() {
        Heddle heddle = (Heddle) verb.root().userObject();
        String api = url != null ? url : heddle.api();
        String name = context != null ? context : heddle.context();
        if (api != null || name != null) {
            return Optional.of(
                    api != null ? Contexts.Context.of(api) : Contexts.load().find(name));
        }
        String environment = System.getenv("HEDDLE_API");
        if (environment != null) {
            return Optional.of(Contexts.Context.of(environment));
        }
        Contexts contexts = Contexts.load();
        String chosen = System.getenv().getOrDefault("HEDDLE_CONTEXT", contexts.current());
        return chosen.isEmpty() ? Optional.empty() : Optional.of(contexts.find(chosen));
    }

    /** The address of this machine's controller. @param socket where it listens as a service */
    static String here(Path socket) {
        return Files.isWritable(socket) ? UnixWay.address(socket) : HERE;
    }
}
