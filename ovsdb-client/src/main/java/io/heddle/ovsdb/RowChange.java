package io.heddle.ovsdb;

/**
 * A change to one row of a host's database.
 *
 * @param sign {@code +} added, {@code ~} altered, {@code -} removed
 * @param table the OVSDB table, such as {@code Port}
 * @param text the row and its columns, for people: {@code port br0/vm1 tag=200}
 */
public record RowChange(char sign, String table, String text) {
    @Override
    public String toString() {
        return sign + " " + text;
    }
}
