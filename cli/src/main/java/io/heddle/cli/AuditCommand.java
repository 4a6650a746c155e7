package io.heddle.cli;

import io.heddle.events.AuditLog;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heddle audit}: the log of who has done what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Checks the log of who has done what, which the controller keeps in its state folder.",
        footer = {"", "Examples:", "  heddle audit verify"})
final class AuditCommand extends Verbs {
    @Command(
            description =
                    "Checks that no line was changed, cut out or added, unless the lines after it were rewritten. Lines"
                            + " missing at the beginning or the end do not show.",
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
