package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Reads and writes flow entries, matches and actions in ovs-ofctl syntax: {@code parse(print(x))} is {@code x}. Source:
 * ovs-ofctl(8), ovs-fields(7), ovs-actions(7).
 */
public final class FlowText {
    private static final ActionText PLAIN = new ActionText(PortNumber::text);

    private FlowText() {}

    /** Prints {@code tcp,in_port=3,nw_src=10.0.0.0/8,tp_dst=23}; empty for a match of every frame. */
    public static String match(Match match) {
        return MatchText.print(match);
    }

    /**
     * Reads a match in ovs-ofctl syntax, with its parts in any order.
     *
     * @param ports gives the number of a port that {@code in_port} names
     * @throws FlowSyntaxException with the fault and the expected text; also for {@code ct_*} fields, which only
     *     {@linkplain #parseEntryMatch entries} match
     */
    public static Match parseMatch(String text, Function<String, OptionalInt> ports) {
        try {
            return MatchText.parse(text, ports);
        } catch (NumberFormatException e) {
            throw new FlowSyntaxException("\"" + text + "\" holds something that is not a number");
        }
    }

    /** Prints 48 bits as {@code 02:00:00:00:00:01}. */
    public static String mac(long mac) {
        return FieldText.mac(mac);
    }

    /** Reads a match with port numbers, not names. */
    public static Match parseMatch(String text) {
        return parseMatch(text, name -> OptionalInt.empty());
    }

    /**
     * Reads the match of a flow entry with port numbers. Unlike the matches that people write for frames, it may also
     * ask for the connection of a tracked frame, such as {@code ct_state=+new+trk,ip}.
     *
     * @throws FlowSyntaxException with the fault and the expected text
     */
    public static Match parseEntryMatch(String text) {
        try {
            return MatchText.parseEntry(text);
        } catch (NumberFormatException e) {
            throw new FlowSyntaxException("\"" + text + "\" holds something that is not a number");
        }
    }

    /** Prints {@code cookie=0x1, table=0, priority=100,ip actions=NORMAL}. */
    public static String entry(FlowEntry e) {
        String match = match(e.match());
        return "cookie=0x" + Long.toHexString(e.cookie()) + ", table=" + e.table() + ", "
                + (e.idleTimeout() > 0 ? "idle_timeout=" + e.idleTimeout() + ", " : "")
                + (e.hardTimeout() > 0 ? "hard_timeout=" + e.hardTimeout() + ", " : "")
                + (e.notifyRemoval() ? "send_flow_rem " : "")
                + "priority=" + e.priority() + (match.isEmpty() ? "" : "," + match)
                + " actions=" + instructions(e.instructions());
    }

    /** Prints {@code push_vlan:0x8100,set_field:4296->vlan_vid,goto_table:3}; {@code drop} for no instructions. */
    public static String instructions(Instructions i) {
        if (i.equals(Instructions.DROP)) {
            return "drop";
        }
        List<String> out = new ArrayList<>();
        if (i.meter() != 0) {
            out.add("meter:" + Integer.toUnsignedString(i.meter()));
        }
        i.apply().forEach(a -> out.add(a.accept(PLAIN)));
        if (!i.metadata().isWild()) {
            Masked m = i.metadata();
            out.add("write_metadata:0x" + Long.toHexString(m.lo())
                    + (m.maskLo() == -1L ? "" : "/0x" + Long.toHexString(m.maskLo())));
        }
        i.nextTable().ifPresent(t -> out.add("goto_table:" + t));
        return String.join(",", out);
    }

    /**
     * Reads the output of {@link #entry}; ignores comments after {@code #}.
     *
     * @throws FlowSyntaxException with the fault
     */
    public static FlowEntry parseEntry(String line) {
        int comment = line.indexOf('#');
        String text = comment < 0 ? line : line.substring(0, comment);
        int at = text.indexOf("actions=");
        if (at < 0) {
            throw new FlowSyntaxException("no actions= in \"" + line.trim() + "\"");
        }
        int table = 0;
        int priority = 32768;
        int idle = 0;
        int hard = 0;
        long cookie = 0;
        boolean notify = false;
        List<String> match = new ArrayList<>();
        for (String part : text.substring(0, at).trim().split("[,\\s]+")) {
            String value = part.substring(part.indexOf('=') + 1);
            switch (part.contains("=") ? part.substring(0, part.indexOf('=')) : part) {
                case "table" -> table = Integer.parseInt(value);
                case "priority" -> priority = Integer.parseInt(value);
                case "idle_timeout" -> idle = Integer.parseInt(value);
                case "hard_timeout" -> hard = Integer.parseInt(value);
                case "cookie" -> cookie = Long.parseUnsignedLong(value.substring(2), 16);
                case "send_flow_rem" -> notify = true;
                default -> match.add(part);
            }
        }
        return new FlowEntry(
                table,
                priority,
                parseEntryMatch(String.join(",", match)),
                parseInstructions(text.substring(at + "actions=".length()).trim()),
                cookie,
                idle,
                hard,
                notify);
    }

    /**
     * Reads the output of {@link #instructions}.
     *
     * @throws FlowSyntaxException with the fault
     */
    public static Instructions parseInstructions(String text) {
        Instructions out = Instructions.DROP;
        List<Action> actions = new ArrayList<>();
        for (String part : text.equals("drop") ? List.<String>of() : outer(text)) {
            int colon = part.indexOf(':');
            String arg = colon < 0 ? "" : part.substring(colon + 1);
            switch (colon < 0 ? part : part.substring(0, colon)) {
                case "goto_table" -> out = out.then(Integer.parseInt(arg));
                case "meter" -> out = out.metered(Integer.parseUnsignedInt(arg));
                case "write_metadata" -> {
                    Masked m = FieldText.parse(Field.METADATA, arg);
                    out = out.write(m.lo(), m.maskLo());
                }
                default -> actions.add(parseAction(part, arg));
            }
        }
        return new Instructions(out.meter(), actions, out.metadata(), out.next());
    }

    /** The parts of a text between the commas that are not inside parentheses. */
    private static List<String> outer(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static Action parseAction(String text, String arg) {
        if (text.startsWith("learn(")) {
            return learn(text);
        }
        if (text.startsWith(ActionText.COPY)) {
            return copy(text);
        }
        if (text.startsWith(ActionText.CONJUNCTION)) {
            return conjunction(text);
        }
        if (text.startsWith(ActionText.LONGER_THAN) && text.endsWith(ActionText.INTO_BIT)) {
            return new Action.LongerThan(Integer.parseInt(
                    text.substring(ActionText.LONGER_THAN.length(), text.length() - ActionText.INTO_BIT.length())));
        }
        if (text.startsWith(ActionText.FIRST_ALIVE)) {
            return firstAlive(text);
        }
        if (text.startsWith(CtText.START)) {
            return CtText.parse(text);
        }
        String word = text.contains(":") ? text.substring(0, text.indexOf(':')) : text;
        return switch (word) {
            case "output" -> new Action.Output(Integer.parseUnsignedInt(arg));
            case "NORMAL" -> new Action.Output(PortNumber.NORMAL);
            case "FLOOD" -> new Action.Output(PortNumber.FLOOD);
            case "ALL" -> new Action.Output(PortNumber.ALL);
            case "LOCAL" -> new Action.Output(PortNumber.LOCAL);
            case "IN_PORT" -> new Action.Output(PortNumber.IN_PORT);
            case "CONTROLLER" ->
                new Action.Output(PortNumber.CONTROLLER, arg.isEmpty() ? 0xffff : Integer.parseInt(arg));
            case "push_vlan" -> new Action.PushVlan(Integer.decode(arg));
            case ActionText.CT_CLEAR -> new Action.CtClear();
            case ActionText.DEC_TTL -> new Action.DecTtl();
            case "pop_vlan" -> new Action.PopVlan();
            case "group" -> new Action.Group(Integer.parseUnsignedInt(arg));
            case "set_field" -> setField(text, arg);
            case "move" -> {
                String[] ends = arg.replace("[]", "").split("->");
                yield new Action.Move(field(ends[0]), field(ends.length > 1 ? ends[1] : ""));
            }
            case "unknown" -> new Action.Unknown(HexFormat.of().parseHex(arg));
            default -> throw new FlowSyntaxException("unknown action \"" + text + "\"");
        };
    }

    private static Action setField(String text, String arg) {
        int arrow = arg.indexOf("->");
        if (arrow < 0) {
            throw new FlowSyntaxException("\"" + text + "\": expected set_field:VALUE->FIELD");
        }
        Field f = field(arg.substring(arrow + 2));
        return new Action.SetField(f, FieldText.parse(f, arg.substring(0, arrow)));
    }

    private static Field field(String name) {
        return Field.byName(name).orElseThrow(() -> new FlowSyntaxException("unknown field \"" + name + "\""));
    }

    private static Action copy(String text) {
        int length = Action.Copy.WHOLE;
        int meter = 0;
        for (String part :
                text.substring(ActionText.COPY.length(), text.length() - 1).split(",")) {
            if (part.startsWith("max_len=")) {
                length = Integer.parseInt(part.substring("max_len=".length()));
            } else if (part.startsWith("meter_id=")) {
                meter = Integer.parseUnsignedInt(part.substring("meter_id=".length()));
            } else {
                meter = 0;
                break;
            }
        }
        if (meter == 0) {
            throw new FlowSyntaxException(
                    "\"" + text + "\": expected " + ActionText.COPY + "max_len=BYTES,meter_id=NUMBER)");
        }
        return new Action.Copy(length, meter);
    }

    private static Action conjunction(String text) {
        String[] words = text.substring(ActionText.CONJUNCTION.length(), text.length() - 1)
                .split("[,/]", -1);
        if (words.length != 3) {
            throw new FlowSyntaxException("\"" + text + "\": expected conjunction(ID,CLAUSE/CLAUSES)");
        }
        return new Action.Conjunction(
                Integer.parseUnsignedInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    private static Action firstAlive(String text) {
        String numbers = text.substring(ActionText.FIRST_ALIVE.length(), text.length() - 1);
        return new Action.FirstAlive(
                Arrays.stream(numbers.split(",")).map(Integer::valueOf).toList());
    }

    private static Action learn(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.substring("learn(".length(), text.length() - 1).split(",")) {
            int equals = part.indexOf('=');
            parts.put(equals < 0 ? part : part.substring(0, equals), part.substring(equals + 1));
        }
        String bits = parts.keySet().stream()
                .filter(k -> k.startsWith(ActionText.METADATA_BITS))
                .findFirst()
                .orElseThrow(() ->
                        new FlowSyntaxException("\"" + text + "\": expected " + ActionText.METADATA_BITS + "N]=VALUE"));
        int width = Integer.parseInt(bits.substring(ActionText.METADATA_BITS.length(), bits.length() - 1)) + 1;
        return new Action.Learn(
                Integer.parseInt(parts.getOrDefault("table", "0")),
                Integer.parseInt(parts.getOrDefault("priority", "32768")),
                Integer.parseInt(parts.getOrDefault("hard_timeout", "0")),
                Long.parseUnsignedLong(parts.getOrDefault("cookie", "0x0").substring(2), 16),
                Masked.of(Long.decode(parts.get(bits)), width >= 64 ? -1L : (1L << width) - 1));
    }
}
