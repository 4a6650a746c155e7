package io.heddle.flows.sets;

import java.util.Arrays;

/**
 * Binary decision diagrams: sets of bit strings. Each set is one number, and equal sets have equal numbers. Reduced,
 * ordered, shared. Not thread-safe. Source: R. Bryant, Graph-Based Algorithms for Boolean Function Manipulation.
 */
final class Bdd {
    /** The empty set. */
    static final int NONE = 0;
    /** The set of everything. */
    static final int ALL = 1;

    private static final int LEAF = Integer.MAX_VALUE;
    private static final int CACHE = 1 << 18;
    private static final int AND = 1;
    private static final int MINUS = 2;
    private static final int FORGET = 3;
    private static final int OR = 4;

    private int[] variable = new int[1 << 12];
    private int[] low = new int[1 << 12];
    private int[] high = new int[1 << 12];
    /**
     * Hash table of all nodes with chaining: the first node of each bucket; {@link #next} has the node after each node.
     */
    private int[] bucket = new int[1 << 13];

    private int[] next = new int[1 << 12];
    private int size = 2;
    private final long[] cacheKey = new long[CACHE];
    private final int[] cacheOperation = new int[CACHE];
    private final int[] cacheResult = new int[CACHE];

    Bdd() {
        variable[NONE] = LEAF;
        variable[ALL] = LEAF;
    }

    /**
     * The set of the strings of {@code ifZero} with bit {@code v} 0 and those of {@code ifOne} with bit {@code v} 1.
     */
    int node(int v, int ifZero, int ifOne) {
        if (ifZero == ifOne) {
            return ifZero;
        }
        int slot = hash(v, ifZero, ifOne) & bucket.length - 1;
        for (int n = bucket[slot]; n != 0; n = next[n]) {
            if (variable[n] == v && low[n] == ifZero && high[n] == ifOne) {
                return n;
            }
        }
        if (size == variable.length) {
            grow();
            slot = hash(v, ifZero, ifOne) & bucket.length - 1;
        }
        int n = size++;
        variable[n] = v;
        low[n] = ifZero;
        high[n] = ifOne;
        next[n] = bucket[slot];
        bucket[slot] = n;
        return n;
    }

    private void grow() {
        int larger = size * 2;
        variable = Arrays.copyOf(variable, larger);
        low = Arrays.copyOf(low, larger);
        high = Arrays.copyOf(high, larger);
        next = new int[larger];
        bucket = new int[larger * 2];
        for (int n = 2; n < size; n++) {
            int slot = hash(variable[n], low[n], high[n]) & bucket.length - 1;
            next[n] = bucket[slot];
            bucket[slot] = n;
        }
    }

    private static int hash(int a, int b, int c) {
        int h = (a * 0x9e3779b1 + b) * 0x85ebca6b + c;
        h ^= h >>> 15;
        h *= 0xc2b2ae35;
        return h ^ h >>> 13;
    }

    /** The intersection. */
    int and(int a, int b) {
        if (a == b || b == ALL) {
            return a;
        } else if (a == ALL) {
            return b;
        } else if (a == NONE || b == NONE) {
            return NONE;
        }
        return a < b ? recurse(AND, a, b) : recurse(AND, b, a);
    }

    /** The strings of {@code a} that are not in {@code b}. */
    int minus(int a, int b) {
        if (a == NONE || b == ALL || a == b) {
            return NONE;
        }
        return b == NONE ? a : recurse(MINUS, a, b);
    }

    /** The union. */
    int or(int a, int b) {
        if (a == b || b == NONE || a == ALL) {
            return a;
        } else if (a == NONE || b == ALL) {
            return b;
        }
        return a < b ? recurse(OR, a, b) : recurse(OR, b, a);
    }

    /** The strings of a set, each with all values of the bits from {@code first} to before {@code end}. */
    int forget(int a, int first, int end) {
        if (variable[a] >= end) {
            return a;
        }
        int bits = first << Short.SIZE | end;
        long key = (long) a << 32 | bits;
        int slot = hash(FORGET, a, bits) & CACHE - 1;
        if (cacheKey[slot] == key && cacheOperation[slot] == FORGET) {
            return cacheResult[slot];
        }
        int v = variable[a];
        int zero = forget(low[a], first, end);
        int one = zero == ALL && v >= first ? ALL : forget(high[a], first, end);
        int result = v < first ? node(v, zero, one) : or(zero, one);
        cacheKey[slot] = key;
        cacheOperation[slot] = FORGET;
        cacheResult[slot] = result;
        return result;
    }

    /**
     * A simpler set with the same strings of {@code care}; strings outside it may be in it or not. Source: O. Coudert,
     * J. C. Madre, A Unified Framework for the Formal Verification of Sequential Circuits (restrict).
     *
     * @param care not empty
     */
    int simplify(int a, int care) {
        if (a <= ALL || care == ALL) {
            return a;
        }
        int v = variable[care];
        if (v < variable[a]) {
            return simplify(a, or(low[care], high[care]));
        }
        int care0 = v == variable[a] ? low[care] : care;
        int care1 = v == variable[a] ? high[care] : care;
        if (care0 == NONE) {
            return simplify(high[a], care1);
        }
        return care1 == NONE
                ? simplify(low[a], care0)
                : node(variable[a], simplify(low[a], care0), simplify(high[a], care1));
    }

    private int recurse(int operation, int a, int b) {
        long key = (long) a << 32 | b;
        int slot = hash(operation, a, b) & CACHE - 1;
        if (cacheKey[slot] == key && cacheOperation[slot] == operation) {
            return cacheResult[slot];
        }
        int v = Math.min(variable[a], variable[b]);
        int a0 = variable[a] == v ? low[a] : a;
        int a1 = variable[a] == v ? high[a] : a;
        int b0 = variable[b] == v ? low[b] : b;
        int b1 = variable[b] == v ? high[b] : b;
        int result = operation == AND
                ? node(v, and(a0, b0), and(a1, b1))
                : operation == OR ? node(v, or(a0, b0), or(a1, b1)) : node(v, minus(a0, b0), minus(a1, b1));
        cacheKey[slot] = key;
        cacheOperation[slot] = operation;
        cacheResult[slot] = result;
        return result;
    }

    /** The first bit that a set depends on, or a number above all bits. */
    int variable(int set) {
        return variable[set];
    }

    /** The part of a set where its {@link #variable} is 0. */
    int low(int set) {
        return low[set];
    }

    /** The part of a set where its {@link #variable} is 1. */
    int high(int set) {
        return high[set];
    }
}
