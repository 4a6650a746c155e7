package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs docs/howto/textbook.md: its files and its commands, in their order. The reader's machine is a host of the lab. */
class TextbookTest extends LabTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|yaml)\\n(.*?)^```$");
    /** Behind a command: it must fail, and say this. */
    private static final Pattern FAILS = Pattern.compile("(.*?)\\s+# fails: (.*)");
    /** A command of one line, or a loop of several. */
    private static final Pattern COMMAND = Pattern.compile("(?ms)^for .*?done$|^.+?$");

    private LabHost me;
    private Path file;
    private int ran;

    @AfterEach
    void removeNamespaces() {
        List.of("sandbox", "red", "blue", "green", "isp").forEach(n -> Shell.attempt(List.of("ip", "netns", "del", n)));
    }

    @Test
    void theExercisesWorkAsWritten() throws IOException {
        me = lab.host("me");
        startController();
        String page = Files.readString(ControllerProcess.home().resolve("docs/howto/textbook.md"))
                .replace("tcp:127.0.0.1:6640", "tcp:" + me.address() + ":6640");
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            if (block.group(1).equals("yaml")) {
                file = write(block.group(2));
            } else {
                for (Matcher command = COMMAND.matcher(block.group(2)); command.find(); ) {
                    run(command.group());
                }
            }
        }
        assertTrue(ran > 40, "only " + ran + " commands found");
    }

    private void run(String line) {
        ran++;
        Matcher fails = FAILS.matcher(line);
        boolean mustFail = fails.matches();
        String command = mustFail ? fails.group(1) : line;
        Shell.Result r = command.startsWith("./heddle ")
                ? ControllerProcess.heddle(
                        command.replaceAll("^\\./heddle |\"", "").replace("lab.yaml", file.toString()))
                : here(command);
        assertEquals(!mustFail, r.ok(), command + ": " + r.output());
        assertTrue(!mustFail || r.output().contains(fails.group(2)), command + ": " + r.output());
    }

    /** Not by ip netns exec: namespaces created under it would be visible only there. */
    private Shell.Result here(String command) {
        return Shell.attempt(List.of("nsenter", "--net=/run/netns/" + me.namespace(), "bash", "-e", "-c", command));
    }
}
