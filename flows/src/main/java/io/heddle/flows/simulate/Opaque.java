package io.heddle.flows.simulate;

/**
 * A flow entry of which Heddle cannot read what it matches: nobody can say which frames it takes.
 *
 * @param text what can be said of it
 */
public record Opaque(int table, int priority, String text) {}
