package io.heddle.cli;

import io.heddle.flows.program.Nearest;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values for options of the controller that are not on the command line. They come from the environment, such as {@code
 * HEDDLE_CONTROLLER_OPENFLOW}, or else from a file with lines such as {@code openflow = 0.0.0.0:6653}. The file is
 * {@code /etc/heddle/controller.conf}, or the one that {@code HEDDLE_CONTROLLER_CONF} names.
 */
final class ControllerDefaults implements CommandLine.IDefaultValueProvider {
    private static final String PREFIX = "HEDDLE_CONTROLLER_";
    private static final String FILE = "/etc/heddle/controller.conf";

    private Properties file;

    @Override
    public String defaultValue(ArgSpec argument) throws IOException {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String name = option.longestName().replaceFirst("^--", "");
        String given = System.getenv(PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        return given != null ? given : file(option.command()).getProperty(name);
    }

    private Properties file(CommandSpec controller) throws IOException {
        if (file == null) {
            Properties read = new Properties();
            Path path = Path.of(System.getenv().getOrDefault(PREFIX + "CONF", FILE));
            if (Files.exists(path)) {
                try (Reader in = Files.newBufferedReader(path)) {
                    read.load(in);
                }
            }
            List<String> known = controller.options().stream()
                    .map(o -> o.longestName().replaceFirst("^--", ""))
                    .filter(n -> !n.equals("help") && !n.equals("version"))
                    .sorted()
                    .toList();
            read.stringPropertyNames().stream()
                    .filter(n -> !known.contains(n))
                    .findFirst()
                    .ifPresent(n -> {
                        throw new CommandLine.InitializationException(
                                path + ": " + Nearest.unknown("option", n, known));
                    });
            file = read;
        }
        return file;
    }
}
