package io.heddle.ovsdb;

/**
 * What all parts of one comparison between a host's database and its wanted state use.
 *
 * @param have the database
 * @param columns compares the columns of rows
 * @param names the names that are taken
 * @param transaction gets the changes
 */
record Comparison(Database have, ColumnDiff columns, TakenNames names, Transaction transaction) {}
