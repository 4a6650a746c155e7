package io.heddle.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle context}: names for controllers. */
@Command(
        name = "context",
        mixinStandardHelpOptions = true,
        description = "Lists, makes and chooses names for controllers.",
        footer = {
            "",
            "Examples:",
            "  heddle context                                   those there are; * is the one in use",
            "  heddle context lab http://127.0.0.1:8080         makes one, and chooses it",
            "  heddle context prod https://net.example:8443 --token-file ~/.heddle-token --cacert ca.pem",
            "  heddle context prod                              chooses one"
        })
final class ContextCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "the one to choose")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "URL",
            description = "its admin API, to make it or to change it")
    private String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "the file with your token for it")
    private String tokenFile;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "the authority to trust for HTTPS, such as controllers-cacert.pem of heddle pki")
    private String authority;

    @Option(names = "--cert", paramLabel = "FILE", description = "your certificate for it, of heddle pki user")
    private String certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "the key of your certificate")
    private String key;

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }

    @Override
    public Integer call() {
        Contexts contexts = Contexts.load();
        if (name == null) {
            contexts.contexts()
                    .forEach((n, c) ->
                            System.out.println((n.equals(contexts.current()) ? "* " : "  ") + n + "  " + c.api()));
            return 0;
        }
        Map<String, Contexts.Context> all = new TreeMap<>(contexts.contexts());
        if (url != null) {
            all.put(
                    name,
                    new Contexts.Context(
                            url,
                            Optional.ofNullable(tokenFile).map(ContextCommand::absolute),
                            Optional.ofNullable(authority).map(ContextCommand::absolute),
                            Optional.ofNullable(certificate).map(ContextCommand::absolute),
                            Optional.ofNullable(key).map(ContextCommand::absolute)));
            Credentials.OwnFiles.of(Optional.ofNullable(certificate), Optional.ofNullable(key));
        }
        Contexts changed = new Contexts(name, all);
        changed.find(name);
        changed.save();
        return 0;
    }
}
