package io.heddle.cluster;

/** The format of the state in etcd: a number that goes up when an earlier Heddle would misread the state. */
final class Format {
    private Format() {}

    /** @throws Cluster.Unusable if this Heddle does not know the format */
    static void check(String found) throws Cluster.Unusable {
        if (!found.matches("[1-9]\\d{0,8}")) {
            throw new Cluster.Unusable("etcd's " + Keys.FORMAT + " is \"" + found + "\", expected a number such as "
                    + Keys.FORMAT_NUMBER + ": restore the state from a backup");
        }
        if (Integer.parseInt(found) > Integer.parseInt(Keys.FORMAT_NUMBER)) {
            throw new Cluster.Unusable("etcd holds the state of a later Heddle (format " + found + ", this one knows "
                    + Keys.FORMAT_NUMBER + "): start that one");
        }
    }
}
