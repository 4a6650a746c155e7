package io.heddle.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

    @Override
    public Integer call() {
        Contexts contexts = Contexts.load();
        if (name == null) {
            contexts.urls()
                    .forEach((n, u) -> System.out.println((n.equals(contexts.current()) ? "* " : "  ") + n + "  " + u));
            return 0;
        }
        Map<String, String> urls = new TreeMap<>(contexts.urls());
        if (url != null) {
            urls.put(name, url);
        }
        Contexts changed = new Contexts(name, urls);
        changed.url(name);
        changed.save();
        return 0;
    }
}
