package io.heddle.flows.simulate;

/**
 * A flow entry whose match Heddle cannot read, so that it is unknown which frames it matches.
 *
 * @param text a description of the entry
 */
public record Opaque(int table, int priority, String text) {}
