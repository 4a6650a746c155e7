package io.heddle.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code heddle}. Exit codes: 0 done, 1 refused or failed, 2 usage. */
@Command(
        name = "heddle",
        mixinStandardHelpOptions = true,
        version = "heddle 0.1.0",
        description = "One file declares the network; Heddle applies it to every Open vSwitch host.",
        subcommands = {
            InitCommand.class,
            ControllerCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            ConfirmCommand.class,
            StatusCommand.class,
            GetCommand.class,
            CaptureCommand.class,
            TraceCommand.class,
            CheckCommand.class,
            HostConfigCommand.class,
            HistoryCommand.class,
            ShowCommand.class,
            DiffCommand.class,
            RollbackCommand.class,
            ImportCommand.class,
            PkiCommand.class,
            TokenCommand.class,
            AddressCommand.class,
            AuditCommand.class,
            StoreCommand.class,
            ContainersCommand.class,
            ContextCommand.class,
            CompletionCommand.class,
            ManCommand.class,
            InitWatchCommand.class,
            WarmUpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  heddle init                               the first network of this host, with five questions",
            "  heddle plan network.yaml                  what a file would change, and whom that disturbs",
            "  heddle apply network.yaml -m \"new tenant\"  applies it, and waits until hosts and switches confirm",
            "  heddle apply network/ --watch --git        follows a folder in Git",
            "  heddle apply network.yaml --confirm 60     goes back after a minute unless heddle confirm keeps it",
            "  heddle trace --from hv1/vm1 --to hv2/vm3  where a frame goes, and why it does not arrive",
            "",
            "Also: heddle demo, heddle lab up|down|exec, heddle bench, heddle verify"
        })
public final class Heddle {
    @Option(
            names = "--api",
            paramLabel = "URL",
            description =
                    "the controller's admin API; unix:PATH is that of a socket (default: " + ApiOption.DEFAULT + ")")
    private String api;

    @Option(names = "--context", paramLabel = "NAME", description = "the controller of this name, see heddle context")
    private String context;

    String api() {
        return api;
    }

    String context() {
        return context;
    }

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command line and returns the exit code. */
    static int run(String... args) {
        return new CommandLine(new Heddle())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(command.getColorScheme().errorText("heddle: " + explain(e)));
                    return 1;
                })
                .setParameterExceptionHandler((e, parsed) -> {
                    CommandLine command = e.getCommandLine();
                    command.getErr().println(command.getColorScheme().errorText("heddle: " + wrong(e)));
                    command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
                    return 2;
                })
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    /** What is wrong with the command line, and what would be right. */
    private static String wrong(CommandLine.ParameterException e) {
        List<String> near = e instanceof CommandLine.UnmatchedArgumentException u ? u.getSuggestions() : List.of();
        String message = e.getMessage().replace(" (case-insensitive)", "");
        return message + (near.isEmpty() ? "" : ", did you mean " + String.join(" or ", near) + "?");
    }

    static String explain(Exception e) {
        if (e instanceof ConnectException) {
            return "no controller answers there; start one with heddle controller, or name another with --api URL";
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return e instanceof IOException || e instanceof Failure
                ? message
                : e.getClass().getSimpleName() + ": " + message;
    }

    /** A failure that one sentence explains. */
    static class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }
}
