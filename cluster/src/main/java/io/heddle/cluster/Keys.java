package io.heddle.cluster;

/**
 * The layout of the state in etcd:
 *
 * <ul>
 *   <li>{@code /heddle/format}: {@value #FORMAT_NUMBER}
 *   <li>{@code /heddle/begun}: when this state was begun in this etcd, in milliseconds since 1970
 *   <li>{@code /heddle/generation}: what switches have heard from the latest leader
 *   <li>{@code /heddle/leader}: the {@link Member} that leads, with a lease. The revision that wrote it is its term.
 *   <li>{@code /heddle/controllers/NAME}: each {@link Member} that ever was one, until somebody removes it
 *   <li>{@code /heddle/members/NAME}: those that run, with leases
 *   <li>{@code /heddle/unfit/NAME}: why one of these could not lead, or should not, with a lease
 *   <li>{@code /heddle/state/FILE}: the files of the state folder, compressed by gzip; {@code FILE+TERM-NUMBER} what was
 *       appended since
 *   <li>{@code /heddle/events/ID} and {@code /heddle/audit/NUMBER}: lines of the journal and the audit log
 * </ul>
 *
 * Every write of a leader has the condition that {@code /heddle/leader} is still that of its term.
 */
final class Keys {
    static final String ALL = "/heddle/";
    /** Behind all of them. */
    static final String END = "/heddle0";

    static final String FORMAT = ALL + "format";
    static final String BEGUN = ALL + "begun";
    static final String GENERATION = ALL + "generation";
    static final String LEADER = ALL + "leader";
    static final String CONTROLLERS = ALL + "controllers/";
    static final String MEMBERS = ALL + "members/";
    static final String UNFIT = ALL + "unfit/";
    static final String STATE = ALL + "state/";
    static final String EVENTS = ALL + "events/";
    static final String AUDIT = ALL + "audit/";
    static final String FORMAT_NUMBER = "1";

    /** Before what was appended to a file. */
    static final char MORE = '+';

    /** An entry. @param revision that wrote it */
    record Entry(String key, byte[] value, long revision) {}

    private Keys() {}

    /** A number in a key: such keys sort by their numbers. */
    static String number(long number) {
        return String.format("%020d", number);
    }
}
