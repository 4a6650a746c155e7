package io.heddle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle capture}: copies of a port's frames, as a file that Wireshark opens. */
@Command(
        name = "capture",
        mixinStandardHelpOptions = true,
        description = "Writes copies of a port's frames, both ways, as a capture file, until Ctrl-C.",
        footer = {
            "",
            "Examples:",
            "  heddle capture hv1 vm1 -w vm1.pcap -c 100",
            "  heddle capture hv1 bond0 'tcp,tp_dst=80' -w - | tcpdump -r -"
        })
final class CaptureCommand implements Callable<Integer> {
    @Mixin
    private ApiOption api;

    @Parameters(index = "0", paramLabel = "HOST", description = "host, as the network file calls it")
    private String host;

    @Parameters(index = "1", paramLabel = "PORT", description = "port, as the network file calls it")
    private String port;

    @Parameters(
            index = "2",
            paramLabel = "MATCH",
            arity = "0..1",
            defaultValue = "",
            description = "which frames, in ovs-ofctl match syntax; all when left out")
    private String match;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            required = true,
            description = "where to; - for standard output")
    private String file;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            description = "end after so many frames")
    private Integer count;

    @Option(names = "--seconds", paramLabel = "N", description = "stop after this many seconds")
    private Integer seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "frames a second at most; more are left out (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = {"-s", "--snaplen"},
            paramLabel = "N",
            description = "bytes of a frame at most")
    private Integer snaplen;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (file.equals("-") && System.console() != null) {
            throw new Heddle.Failure(
                    "a capture file is not for a terminal: write it to a file, or pipe it into" + " tcpdump -r -");
        }
        String query = "capture?host=" + ApiClient.encode(host) + "&port=" + ApiClient.encode(port) + "&match="
                + ApiClient.encode(match) + "&rate=" + rate + optional("count", count) + optional("seconds", seconds)
                + optional("snaplen", snaplen);
        try (InputStream in = api.client().stream(query, "*/*");
                OutputStream out = file.equals("-") ? System.out : Files.newOutputStream(Path.of(file))) {
            byte[] buffer = new byte[65_536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        }
        return 0;
    }

    private static String optional(String name, Integer value) {
        return value == null ? "" : "&" + name + "=" + value;
    }
}
