package io.heddle.cli;

import io.heddle.importing.first.Answers;
import io.heddle.importing.first.FirstNetwork;
import io.heddle.importing.first.RunningHost;
import io.heddle.importing.first.RunningHost.Address;
import io.heddle.importing.first.RunningHost.Device;
import java.io.Console;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The five questions of {@code heddle init}. A flag answers its question. Without a terminal, what was found on the
 * host answers the rest. A wrong answer is asked for again on a terminal, and refused elsewhere.
 */
final class InitQuestions {
    private final RunningHost host;
    private final FirstNetwork.Switch ovs;
    private final Console console;

    /** @param console null to ask nothing */
    InitQuestions(RunningHost host, FirstNetwork.Switch ovs, Console console) {
        this.host = host;
        this.ovs = ovs;
        this.console = console;
    }

    /** The answers of the flags, each null if it is not given. */
    record Flags(String host, String uplink, String vlan, String bridge, String networks) {}

    Answers ask(Flags flags) {
        if (flags.uplink == null && host.nics(ovs.devices().keySet()).isEmpty()) {
            throw new Heddle.Failure("no NIC is left to lead to the switches: Open vSwitch has "
                    + (ovs.devices().isEmpty()
                            ? "none either"
                            : String.join(", ", ovs.devices().keySet()))
                    + ". heddle import describes what Open vSwitch has, --uplink names another device");
        }
        if (console != null) {
            host.nics(ovs.devices().keySet()).forEach(d -> console.printf("%s%n", line(d)));
        }
        String name = ask("1. Name of this host in the file", "--host", flags.host, hostName(), Answers::host);
        List<String> uplinks = ask(
                "2. NIC that leads to the switches; several, with commas, become a bond",
                "--uplink",
                flags.uplink,
                host.likelyUplink(ovs.devices().keySet()).map(Device::name).orElse(""),
                text -> {
                    List<String> names = Answers.uplinks(text);
                    check(names, freeBridge());
                    return names;
                });
        List<Address> own = uplinks.stream()
                .flatMap(u -> host.devices().get(u).addresses().stream())
                .toList();
        int vlan = own.isEmpty() && flags.vlan == null
                ? 0
                : ask(
                        "3. VLAN of the host's own address"
                                + (own.isEmpty() ? "" : " " + own.get(0).text()) + " there, 0 for untagged",
                        "--vlan",
                        flags.vlan,
                        "0",
                        Answers::vlan);
        String bridge = ask("4. Name of the bridge", "--bridge", flags.bridge, freeBridge(), text -> {
            String b = Answers.bridge(text);
            check(uplinks, b);
            return b;
        });
        Map<String, Integer> networks = ask(
                "5. Networks of the guests with their VLANs, such as red=10,blue=20",
                "--networks",
                flags.networks,
                "none",
                Answers::networks);
        return new Answers(name, uplinks, vlan, bridge, networks);
    }

    /** @throws IllegalArgumentException if the host cannot have these uplinks or this bridge */
    private void check(List<String> uplinks, String bridge) {
        FirstNetwork.of(host, ovs, new Answers("hv1", uplinks, 0, bridge, Map.of()));
    }

    private String freeBridge() {
        int n = 0;
        while (ovs.devices().containsKey("br" + n) || host.devices().containsKey("br" + n)) {
            n++;
        }
        return "br" + n;
    }

    private static String line(Device d) {
        return "   " + d.name() + (d.kind().equals("bond") ? " (bond)" : "") + "  "
                + (d.hasLink() ? "link" : "no link") + "  "
                + String.join(", ", d.addresses().stream().map(Address::text).toList());
    }

    private static String hostName() {
        try {
            return Answers.host(InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", ""));
        } catch (UnknownHostException | IllegalArgumentException e) {
            return "hv1";
        }
    }

    private <T> T ask(String question, String flag, String given, String found, Function<String, T> reader) {
        if (given != null || console == null) {
            try {
                return reader.apply(given != null ? given : found);
            } catch (IllegalArgumentException e) {
                throw new Heddle.Failure(flag + ": " + e.getMessage());
            }
        }
        Consumer<String> say = text -> console.printf("   %s%n", text);
        while (true) {
            String answer = console.readLine("%s [%s]: ", question, found);
            if (answer == null) {
                throw new Heddle.Failure("nothing was changed: the questions were not answered");
            }
            try {
                return reader.apply(answer.isBlank() ? found : answer);
            } catch (IllegalArgumentException e) {
                say.accept(e.getMessage());
            }
        }
    }
}
