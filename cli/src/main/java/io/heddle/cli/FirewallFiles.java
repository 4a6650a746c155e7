package io.heddle.cli;

import io.heddle.importing.firewall.FirewallImport;
import io.heddle.importing.firewall.FirewallSyntaxException;
import io.heddle.importing.firewall.Options;
import io.heddle.importing.firewall.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** The options of {@code heddle import --firewall}. */
final class FirewallFiles {
    private static final Set<String> CHAINS = new TreeSet<>(List.of("input", "output", "forward"));
    /** A name that may begin the name of an access list, with room for its end. */
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,50}";

    @Option(
            names = "--firewall",
            paramLabel = "FILE",
            arity = "1..*",
            required = true,
            description = "the rules of one machine, in one or more files, - for standard input: what iptables-save,"
                    + " ip6tables-save, ipset save and nft list ruleset print, /etc/ufw/user.rules, user6.rules and"
                    + " /etc/default/ufw, or Proxmox VE's 100.fw and cluster.fw")
    private List<String> files;

    @Option(
            names = "--on",
            paramLabel = "PORT",
            split = ",",
            description = "the ports that the lists are for, as PORT or HOST/BRIDGE/PORT")
    private List<String> ports = List.of();

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            defaultValue = "",
            description = "the machine's interface that the port leads to: rules about it hold, those about others do"
                    + " not (default: rules about interfaces are left out)")
    private String ownInterface;

    @Option(
            names = "--chain",
            paramLabel = "CHAIN",
            split = ",",
            defaultValue = "input,output",
            description = "the chains to read, of input, output and forward (default: ${DEFAULT-VALUE})")
    private List<String> chains;

    /** Writes the access lists, and says on standard error what people must know about them. */
    String lists(String name) throws IOException {
        for (String c : chains) {
            if (!CHAINS.contains(c)) {
                throw new Heddle.Failure("--chain: expected input, output or forward, found \"" + c + "\"");
            }
        }
        String begins = name != null
                ? name
                : ports.isEmpty() ? "imported" : ports.get(0).replaceFirst(".*/", "");
        if (!begins.matches(NAME)) {
            throw new Heddle.Failure("--name: expected letters, digits, '.', '_' and '-', found \"" + begins + "\"");
        }
        List<Source> sources = new ArrayList<>();
        for (String file : files) {
            sources.add(new Source(shown(file), text(file)));
        }
        try {
            FirewallImport.Result result =
                    FirewallImport.read(sources, new Options(begins, ports, ownInterface, Set.copyOf(chains)));
            result.report().forEach(System.err::println);
            return result.text();
        } catch (FirewallSyntaxException e) {
            throw new Heddle.Failure(e.getMessage());
        }
    }

    /** How comments name a file: without its folder, unless another one has the same name. */
    private String shown(String file) {
        String last = last(file);
        return file.equals("-")
                ? "stdin"
                : files.stream().filter(f -> last(f).equals(last)).count() > 1 ? file : last;
    }

    private static String last(String file) {
        return file.replaceFirst(".*/(?=[^/])", "");
    }

    private static String text(String file) throws IOException {
        try {
            byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new Heddle.Failure(file + ": no such file");
        } catch (CharacterCodingException e) {
            throw new Heddle.Failure(file + ": not UTF-8 text");
        }
    }
}
