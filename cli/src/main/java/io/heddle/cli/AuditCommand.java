package io.heddle.cli;

import io.heddle.events.AuditLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code heddle audit}: the log of who has done what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Checks the log of who has done what, which the controller keeps in its state folder.",
        footer = {"", "Examples:", "  heddle audit verify"})
final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    @Command(
            description = "Checks that no line was changed, cut out or added. Lines cut off at the end show only by the"
                    + " number of the last line.",
            mixinStandardHelpOptions = true)
    int verify(
            @Option(
                            names = "--state",
                            paramLabel = "DIR",
                            defaultValue = "/var/lib/heddle",
                            description = "the controller's state folder (default: ${DEFAULT-VALUE})")
                    Path state)
            throws IOException {
        AuditLog.Verdict verdict = AuditLog.verify(state);
        if (!verdict.fault().isEmpty()) {
            throw new Heddle.Failure(verdict.fault());
        }
        System.out.println(verdict.lines() + " lines from number " + verdict.first() + " on, each as it was written");
        return 0;
    }
}
