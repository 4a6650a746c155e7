package io.heddle.controller.cli;

import java.io.IOException;
import java.net.ConnectException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** The command {@code heddle}. Exit codes: 0 done, 1 refused or failed, 2 usage. */
@Command(name = "heddle", mixinStandardHelpOptions = true, version = "heddle 0.1.0",
        description = "One file says what the network should be; Heddle makes every Open vSwitch host so.",
        subcommands = {ControllerCommand.class, PlanCommand.class, ApplyCommand.class, StatusCommand.class,
            GetCommand.class, CaptureCommand.class, TraceCommand.class, CheckCommand.class, HistoryCommand.class,
            ShowCommand.class, DiffCommand.class, RollbackCommand.class, ImportCommand.class},
        footer = {"", "Also: heddle demo, heddle lab up|down|exec, heddle bench, heddle verify"})
public final class Heddle {
    @Option(names = "--api", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080",
            description = "the controller's admin API (default: ${DEFAULT-VALUE})")
    private String api;

    String api() {
        return api;
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
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    private static String explain(Exception e) {
        if (e instanceof ConnectException) {
            return "no controller answers there; start one with heddle controller, or name another with --api URL";
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return e instanceof IOException || e instanceof Failure ? message : e.getClass().getSimpleName() + ": " + message;
    }

    /** Something that did not work, said in one sentence. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }
}
