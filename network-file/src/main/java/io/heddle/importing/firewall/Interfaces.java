package io.heddle.importing.firewall;

/**
 * What a condition on an interface means for the port that leads to the machine.
 *
 * @param own the interface of the machine that the port leads to; "" if nobody said
 */
record Interfaces(Direction direction, String own) {
    /**
     * @param incoming whether it is the interface by which packets come in; otherwise go out
     * @param wildcard the character that stands for any end of a name
     */
    Conditions judge(String name, boolean incoming, boolean negated, char wildcard) {
        boolean has = incoming ? direction != Direction.OUTPUT : direction != Direction.INPUT;
        if (!has) {
            return match(false, negated, "packets have no such interface here");
        } else if (name.equals("lo")) {
            return match(false, negated, "nothing comes to a port by the loopback interface");
        } else if (own.isEmpty() || direction == Direction.FORWARD) {
            return Conditions.unsaid("interface " + name + " is no port of the network"
                    + (direction == Direction.FORWARD ? "" : "; --interface NAME says which one the port leads to"));
        }
        boolean any = name.endsWith(String.valueOf(wildcard));
        boolean same = any ? own.startsWith(name.substring(0, name.length() - 1)) : own.equals(name);
        return match(same, negated, "the port leads to " + own);
    }

    private static Conditions match(boolean matches, boolean negated, String why) {
        return matches != negated ? Conditions.ANY : Conditions.never(why);
    }
}
