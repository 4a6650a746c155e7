package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A set of VLAN numbers, 1 to 4094. Immutable. */
final class VlanSet {
    static final int LAST = 4094;
    static final VlanSet NONE = new VlanSet(new BitSet());
    static final VlanSet ALL = range(1, LAST);

    private final BitSet bits;

    private VlanSet(BitSet bits) {
        this.bits = bits;
    }

    static VlanSet of(int vlan) {
        return range(vlan, vlan);
    }

    static VlanSet range(int first, int last) {
        BitSet bits = new BitSet();
        bits.set(first, last + 1);
        return new VlanSet(bits);
    }

    /** Reads numbers and ranges such as {@code 10 20-29}, between blanks, commas or semicolons. */
    static VlanSet parse(Value value) throws HostFileException {
        VlanSet all = NONE;
        for (String word : value.words()) {
            String[] ends = word.split("-", 2);
            Value first = new Value(ends[0], value.place());
            Value last = new Value(ends[ends.length - 1], value.place());
            int from = first.number("VLAN", 0, 0xfff);
            int to = last.number("VLAN", 0, 0xfff);
            if (to < from) {
                throw value.place().error("expected a range of VLANs such as 20-29, found \"" + word + "\"");
            }
            // 0 and 4095 are no VLANs; people write them to mean "all".
            all = all.and(range(Math.max(from, 1), Math.min(to, LAST)));
        }
        return all;
    }

    VlanSet and(VlanSet other) {
        BitSet sum = (BitSet) bits.clone();
        sum.or(other.bits);
        return new VlanSet(sum);
    }

    VlanSet without(VlanSet other) {
        BitSet rest = (BitSet) bits.clone();
        rest.andNot(other.bits);
        return new VlanSet(rest);
    }

    boolean contains(int vlan) {
        return bits.get(vlan);
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    /** Whether these are all VLANs; those who write 2-4094 leave out only the one of untagged frames. */
    boolean isAll() {
        return range(2, LAST).without(this).isEmpty();
    }

    List<Integer> numbers() {
        return bits.stream().boxed().toList();
    }

    /** The least number of ranges, each {@code {first, last}}. */
    List<int[]> ranges() {
        List<int[]> out = new ArrayList<>();
        for (int from = bits.nextSetBit(0); from >= 0; ) {
            int end = bits.nextClearBit(from);
            out.add(new int[] {from, end - 1});
            from = bits.nextSetBit(end);
        }
        return out;
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        ranges().forEach(r -> words.add(r[0] == r[1] ? String.valueOf(r[0]) : r[0] + "-" + r[1]));
        return String.join(",", words);
    }
}
