package io.cpubaseline.change;

import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the selected virtual machines carry in a baseline's own name. A baseline that has lost its status (a re-created object, a restored
 * backup) is recognized by it.
 *
 * @param baseline the baseline's name
 * @param values what they carry, the most frequent first
 * @param unclear virtual machines, as {@code namespace/name}, of whose two fields one is the baseline's and the rest doesn't tell a value
 * @param unreadable why virtual machines can't be read; null if they can
 */
public record Carried(
        String baseline,
        List<Value> values,
        List<String> unclear,
        @Nullable String unreadable) {

    /**
     * A model with required features.
     *
     * @param vendor the CPU vendor that all who carry it are confined to; null where they don't tell one
     * @param machines how many virtual machines carry it
     */
    public record Value(
            String cpuModel, FeatureSet required, @Nullable String vendor, int machines) {

        /** The identity of the baseline that was written. */
        public String revision() {
            return Revision.of(cpuModel, required);
        }
    }

    /** Makes the lists immutable. */
    public Carried {
        values = List.copyOf(values);
        unclear = List.copyOf(unclear);
    }

    /** Nothing is carried: no virtual machine is selected, or none was ever written. */
    public static Carried nothing(String baseline) {
        return new Carried(baseline, List.of(), List.of(), null);
    }

    /** Virtual machines can't be read. */
    public static Carried unreadable(String baseline, String why) {
        return new Carried(baseline, List.of(), List.of(), why);
    }

    /** Whether there is nothing that speaks against a first adoption. */
    boolean isNothing() {
        return values.isEmpty() && unclear.isEmpty() && unreadable == null;
    }

    /** The one value that all carry. */
    Optional<Value> only() {
        return unclear.isEmpty() && unreadable == null && values.size() == 1
                ? Optional.of(values.get(0))
                : Optional.empty();
    }

    /** The value of that revision. */
    Optional<Value> of(@Nullable String revision) {
        return values.stream()
                .filter(value -> value.revision().equals(revision))
                .findFirst();
    }
}
