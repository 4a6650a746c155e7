package io.heddle.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Spec;

/** Prints the manual page, from the descriptions of the command line. Format: man(7). */
@Command(name = "man", hidden = true, description = "Prints the manual page.")
final class ManCommand implements Callable<Integer> {
    private static final String END = """
            .SH ENVIRONMENT
            .TP
            .B HEDDLE_API, HEDDLE_CONTEXT
            The controller to ask, where no option says one.
            .TP
            .B HEDDLE_CONTROLLER_*
            Options of heddle controller, such as HEDDLE_CONTROLLER_OPENFLOW; before the file, after the \
            command line.
            .SH FILES
            .TP
            .I ~/.config/heddle/config.yaml
            Names of controllers, see heddle context.
            .TP
            .I /etc/heddle/controller.conf
            Options of heddle controller, one a line: openflow = 0.0.0.0:6653
            .TP
            .I /var/lib/heddle
            What the controller must not lose: every version of the network, and the journal.
            .SH EXIT STATUS
            0 done, 1 refused or failed, 2 usage.
            """;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        System.out.print(page(spec.root().commandLine()));
        return 0;
    }

    private static String page(CommandLine heddle) {
        CommandSpec root = heddle.getCommandSpec();
        StringBuilder out = new StringBuilder(".TH HEDDLE 1 \"\" \"")
                .append(String.join("", root.version()))
                .append("\"\n.SH NAME\nheddle \\- ")
                .append("a controller for Open vSwitch\n.SH SYNOPSIS\n.B heddle\n"
                        + "[\\-\\-api URL] VERB [OPTIONS]\n.SH DESCRIPTION\n")
                .append(words(root.usageMessage().description()))
                .append("\n.SH OPTIONS\n");
        options(out, root);
        out.append(".SH VERBS\n");
        heddle.getSubcommands().forEach((name, verb) -> {
            CommandSpec s = verb.getCommandSpec();
            if (!s.usageMessage().hidden()) {
                verb(out, name, s);
            }
        });
        return out.append(END).toString();
    }

    private static void verb(StringBuilder out, String name, CommandSpec s) {
        out.append(".SS heddle ").append(name);
        s.positionalParameters()
                .forEach(p ->
                        out.append(' ').append(p.arity().min() == 0 ? "[" + p.paramLabel() + "]" : p.paramLabel()));
        out.append('\n').append(words(s.usageMessage().description())).append('\n');
        s.positionalParameters().forEach(p -> item(out, p.paramLabel(), described(p)));
        options(out, s);
        List.of(s.usageMessage().footer()).stream()
                .filter(l -> l.startsWith("  "))
                .forEach(l -> out.append(".br\n").append(escaped(l.strip())).append('\n'));
    }

    private static void options(StringBuilder out, CommandSpec spec) {
        for (OptionSpec o : spec.options()) {
            if (!o.hidden()) {
                item(
                        out,
                        String.join(", ", o.names()) + (o.arity().max() > 0 ? " " + o.paramLabel() : ""),
                        words(o.description()).replace("${DEFAULT-VALUE}", String.valueOf(o.defaultValueString())));
            }
        }
    }

    private static String described(PositionalParamSpec p) {
        return words(p.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(p.defaultValueString()))
                .replace(
                        "${COMPLETION-CANDIDATES}",
                        p.completionCandidates() == null
                                ? ""
                                : String.join(", ", p.completionCandidates()).toLowerCase(Locale.ROOT));
    }

    private static void item(StringBuilder out, String term, String words) {
        out.append(".TP\n.B ").append(escaped(term)).append('\n').append(words).append('\n');
    }

    private static String words(String... lines) {
        return escaped(Help.Ansi.OFF.string(String.join(" ", lines)));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replaceAll("^\\.", "\\\\&.");
    }
}
