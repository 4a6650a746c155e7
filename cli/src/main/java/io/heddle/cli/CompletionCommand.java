package io.heddle.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle completion}: prints the script by which a shell completes the command line. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints what a shell needs to complete heddle's command line.",
        footer = {
            "",
            "Examples:",
            "  source <(heddle completion bash)          in ~/.bashrc",
            "  source <(heddle completion zsh)           in ~/.zshrc",
            "  heddle completion fish > ~/.config/fish/completions/heddle.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells that have a script. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "one of ${COMPLETION-CANDIDATES}")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine heddle = spec.root().commandLine();
        System.out.print(
                switch (shell) {
                    case FISH -> fish(heddle);
                    // Zsh reads bash's script, which turns on bashcompinit for it.
                    case BASH, ZSH -> AutoComplete.bash("heddle", heddle);
                });
        return 0;
    }

    private static String fish(CommandLine heddle) {
        StringBuilder out = new StringBuilder("complete -c heddle -f\n");
        String verbs = String.join(" ", heddle.getSubcommands().keySet());
        options(out, "", heddle.getCommandSpec());
        heddle.getSubcommands().forEach((name, verb) -> {
            CommandSpec s = verb.getCommandSpec();
            out.append("complete -c heddle -n 'not __fish_seen_subcommand_from ")
                    .append(verbs)
                    .append("' -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(String.join(" ", s.usageMessage().description())))
                    .append('\n');
            String here = " -n '__fish_seen_subcommand_from " + name + "'";
            options(out, here, s);
            s.positionalParameters().forEach(p -> {
                if (p.completionCandidates() != null) {
                    p.completionCandidates()
                            .forEach(c -> out.append("complete -c heddle")
                                    .append(here)
                                    .append(" -a ")
                                    .append(c.toLowerCase(Locale.ROOT))
                                    .append('\n'));
                } else if ("FILE".equals(p.paramLabel())) {
                    out.append("complete -c heddle").append(here).append(" -F\n");
                }
            });
        });
        return out.toString();
    }

    private static void options(StringBuilder out, String where, CommandSpec spec) {
        for (OptionSpec o : spec.options()) {
            String names = Arrays.stream(o.names())
                    .map(n -> n.startsWith("--") ? "-l " + n.substring(2) : "-s " + n.substring(1))
                    .collect(Collectors.joining(" "));
            out.append("complete -c heddle")
                    .append(where)
                    .append(' ')
                    .append(names)
                    .append(o.arity().max() > 0 ? " -r" : "")
                    .append(" -d ")
                    .append(quoted(String.join(" ", o.description())))
                    .append('\n');
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("${DEFAULT-VALUE}", "").replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
