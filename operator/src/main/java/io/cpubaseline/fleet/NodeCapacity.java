package io.cpubaseline.fleet;

import java.util.List;

/**
 * How much of its resources nodes give to pods ({@code status.allocatable}), or guests ask for.
 *
 * @param milliCores thousandths of a core, virtual ones of guests; 0 if not known
 * @param memory bytes; 0 if not known
 */
public record NodeCapacity(long milliCores, long memory) {

    private static final NodeCapacity NONE = new NodeCapacity(0, 0);

    private static final List<String> UNITS = List.of("", "Ki", "Mi", "Gi", "Ti");

    /** Smaller numbers lose too much by rounding. */
    private static final int LEAST = 10;

    /** Nothing, or nothing known. */
    public static NodeCapacity none() {
        return NONE;
    }

    /** Whole cores. */
    public long cores() {
        return milliCores / 1000;
    }

    /** The memory as Kubernetes writes quantities, in a unit that people read, rounded down: {@code 251Gi}, {@code 3891Mi}. */
    public String memoryQuantity() {
        int unit = 0;
        while (unit < UNITS.size() - 1 && memory >> (10 * (unit + 1)) >= LEAST) {
            unit++;
        }
        return (memory >> (10 * unit)) + UNITS.get(unit);
    }

    /** So many times as much, for a number that isn't negative. */
    public NodeCapacity times(int number) {
        return new NodeCapacity(product(milliCores, number), product(memory, number));
    }

    private static long product(long one, int number) {
        return number != 0 && one > Long.MAX_VALUE / number ? Long.MAX_VALUE : one * number;
    }

    /** Both together. */
    public NodeCapacity plus(NodeCapacity other) {
        return new NodeCapacity(saturated(milliCores, other.milliCores), saturated(memory, other.memory));
    }

    /** Absurd quantities in a manifest must not turn a sum negative. */
    private static long saturated(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
