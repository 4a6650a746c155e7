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
 * Options of the controller that the command line does not say: from the environment, such as
 * {@code HEDDLE_CONTROLLER_OPENFLOW}, and then from a file, {@code /etc/heddle/controller.conf} or what
 * {@code HEDDLE_CONTROLLER_CONF} names, with lines such as {@code openflow = 0.0.0.0:6653}.
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
        String said = System.getenv(PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        return said != null ? said : file(option.command()).getProperty(name);
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
