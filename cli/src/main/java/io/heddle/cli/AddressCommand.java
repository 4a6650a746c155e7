package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle address}: addresses that are reserved for names and MACs. */
@Command(
        name = "address",
        mixinStandardHelpOptions = true,
        subcommands = {AddressCommand.Reserve.class, AddressCommand.Free.class},
        description = "Reserves addresses of networks, and frees them; heddle get addresses lists them.",
        footer = {
            "",
            "Examples:",
            "  heddle address reserve red --name db1              the next free address of red",
            "  heddle address reserve red --mac 02:00:00:00:01:07  likewise, and DHCP gives it to this MAC",
            "  heddle address free red 10.0.200.12"
        })
final class AddressCommand extends Verbs {
    /** {@code heddle address reserve}. */
    @Command(
            name = "reserve",
            mixinStandardHelpOptions = true,
            description = "Reserves an address and prints it. The same command prints the same address again.")
    static final class Reserve implements Callable<Integer> {
        @Mixin
        private ApiOption api;

        @Parameters(paramLabel = "NETWORK", description = "the network's name")
        private String network;

        @Option(names = "--name", paramLabel = "NAME", description = "for whom, such as the name of a machine")
        private String name;

        @Option(names = "--mac", paramLabel = "MAC", description = "the MAC that gets it by DHCP")
        private String mac;

        @Option(names = "--address", paramLabel = "IP", description = "the wanted address; default: the next free one")
        private String address;

        @Option(
                names = "--ip-version",
                paramLabel = "4|6",
                description = "the IP version, if the network has both; default: 4")
        private Integer version;

        @Override
        public Integer call() throws IOException {
            ObjectNode wish = ApiClient.JSON.createObjectNode();
            if (name != null) {
                wish.put("name", name);
            }
            if (mac != null) {
                wish.put("mac", mac);
            }
            if (address != null) {
                wish.put("address", address);
            }
            if (version != null) {
                wish.put("version", version);
            }
            JsonNode made = api.client().post("networks/" + ApiClient.encode(network) + "/addresses", wish.toString());
            System.out.println(made.path("cidr").asText());
            return 0;
        }
    }

    /** {@code heddle address free}. */
    @Command(
            name = "free",
            mixinStandardHelpOptions = true,
            description = "Frees a reserved address, so that others may get it.")
    static final class Free implements Callable<Integer> {
        @Mixin
        private ApiOption api;

        @Parameters(index = "0", paramLabel = "NETWORK", description = "the network's name")
        private String network;

        @Parameters(index = "1", paramLabel = "IP", description = "the reserved address")
        private String address;

        @Override
        public Integer call() throws IOException {
            api.client().delete("networks/" + ApiClient.encode(network) + "/addresses/" + ApiClient.encode(address));
            return 0;
        }
    }
}
