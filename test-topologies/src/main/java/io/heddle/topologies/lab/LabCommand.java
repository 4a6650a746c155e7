package io.heddle.topologies.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code heddle lab up N | down | exec NODE COMMAND…}. */
public final class LabCommand {
    private static final String USAGE = """
            Usage: heddle lab up [N]               N hosts hv1 … hvN (3), each with machines vmN-1 and vmN-2
                   heddle lab exec NODE COMMAND…   NODE is a host, a machine, or "controller" for the lab's middle
                   heddle lab down""";
    private static final int MOST = 100;

    private LabCommand() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws IOException, InterruptedException {
        String verb = args.length == 0 ? "" : args[0];
        if (verb.equals("up") && (args.length == 1 || args.length == 2 && args[1].matches("\\d{1,3}"))) {
            return up(args.length == 1 ? 3 : Integer.parseInt(args[1]));
        }
        if (verb.equals("down") && args.length == 1) {
            Lab.sweep();
            Shell.attempt(List.of("ip", "netns", "del", "heddle-lab"));
            return 0;
        }
        if (verb.equals("exec") && args.length > 2) {
            return exec(args[1], Arrays.copyOfRange(args, 2, args.length));
        }
        System.err.println(USAGE);
        return 2;
    }

    private static int up(int count) {
        if (count < 1 || count > MOST) {
            System.err.println("heddle: " + count + " hosts: expected 1 to " + MOST);
            return 2;
        }
        Lab lab;
        try {
            lab = new Lab();
        } catch (IllegalStateException e) {
            System.err.println("heddle: " + e.getMessage());
            return 1;
        }
        for (int i = 1; i <= count; i++) {
            LabHost host = lab.host("hv" + i);
            lab.machine(host, "vm" + i + "-1", "10.0.0." + i + "/24");
            lab.machine(host, "vm" + i + "-2", "10.0.0." + (100 + i) + "/24");
            System.out.println("hv" + i + "  ovsdb tcp:" + host.address() + ":6640  tunnel-ip " + host.address()
                    + "  machines vm" + i + "-1, vm" + i + "-2");
        }
        if (count <= 10) {
            lab.introduce();
        }
        System.out.println(
                "a controller: heddle lab exec controller ./heddle controller --state /run/heddle-lab/state");
        return 0;
    }

    private static int exec(String node, String[] command) throws IOException, InterruptedException {
        List<String> all = node.equals("controller")
                ? new ArrayList<>()
                : new ArrayList<>(List.of(
                        "ip", "netns", "exec", Lab.PREFIX + node, "env", "OVS_RUNDIR=" + Lab.FOLDER.resolve(node)));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).inheritIO().start().waitFor();
    }
}
