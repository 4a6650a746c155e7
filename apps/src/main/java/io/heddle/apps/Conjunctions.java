package io.heddle.apps;

import com.google.common.hash.Hashing;
import io.heddle.flows.model.Acl;
import io.heddle.flows.program.Product;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ids of conjunctions on one switch. Each rule that needs some has {@value #EACH} of its own, so that no entry of
 * one rule ever counts for another, also while a change replaces both.
 */
public final class Conjunctions {
    /** The ids of one rule. */
    public static final int EACH = 64;

    private static final int BLOCKS = 1 << 26;

    private final Set<Integer> taken = new HashSet<>();

    /**
     * The first id of each rule of a block; 0 for a rule that needs none. They follow from the list's name and the
     * rules' numbers. If two have the same hash, the later one takes the next free ids.
     */
    public List<Integer> of(String list, Acl.Block block, Acl.Slots slots) {
        List<Integer> out = new ArrayList<>();
        boolean some = false;
        for (int i = 0; i < block.rules().size(); i++) {
            boolean needs = block.rules().get(i).products().stream().anyMatch(Product::isLarge);
            out.add(needs ? allocate(list + " " + slots.number(i)) : 0);
            some |= needs;
        }
        return some ? List.copyOf(out) : List.of();
    }

    private int allocate(String rule) {
        int hash = Hashing.murmur3_32_fixed()
                .hashString(rule, StandardCharsets.UTF_8)
                .asInt();
        int block = hash & BLOCKS - 1;
        while (block == 0 || !taken.add(block)) {
            block = (block + 1) % BLOCKS;
        }
        return block * EACH;
    }
}
