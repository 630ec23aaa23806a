package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.SimulatedMachine.BASELINE;
import static io.cpubaseline.virtualmachine.SimulatedMachine.FEATURES;
import static io.cpubaseline.virtualmachine.SimulatedMachine.MODEL;
import static io.cpubaseline.virtualmachine.SimulatedMachine.REVISION;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds whatever others write into a virtual machine, in whatever order: random lives of one. */
class AlignmentLawTest {

    private static final int STEPS = 60;
    private static final List<Target> TARGETS = List.of(
            Targets.of("ours", "Intel", "Haswell", "aes", "pcid"),
            Targets.of("ours", "Intel", "Haswell", "aes", "pcid", "stibp"),
            Targets.of("ours", "AMD", "EPYC", "aes", "ssbd"),
            Targets.of("ours", "Intel", "Nehalem"),
            Targets.mixed("ours", "Westmere", "aes"),
            Targets.undecided(Targets.of("ours", "Intel", "Haswell", "pcid")));
    private static final String US = "cpu-baseline.ours";
    private static final List<String> MODELS = List.of("Haswell", "EPYC", "host-model", "host-passthrough");
    private static final List<String> NAMES = List.of("aes", "pcid", "stibp", "ssbd", "invtsc", "vmx");
    private static final List<String> POLICIES = List.of("require", "", "disable", "forbid", "force", "optional");
    private static final List<String> OTHERS =
            List.of("kubectl-patch", "argocd-controller", "virt-controller", "velero-server");
    private static final String OTHER_BASELINE = "cpu-baseline.other";
    private static final OwnedFields OF_OTHER_BASELINE =
            Targets.of("other", "Intel", "Haswell", "aes", "pcid").fields();

    private final SimulatedMachine machine = new SimulatedMachine();
    private final List<Map<String, Object>> snapshots = new ArrayList<>();

    /** Features that a baseline required here and that are still required, whoever holds the list now. */
    private final Set<String> ours = new HashSet<>();

    private Target target = TARGETS.get(0);

    static IntStream seeds() {
        return IntStream.range(0, 400);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void none_is_without_a_model_while_features_stay_that_we_required(int seed) {
        // Given
        Random random = new Random(seed);
        settle("in the beginning");

        for (int step = 0; step < STEPS; step++) {
            boolean hadModel = !machine.text(MODEL).isEmpty();

            // When
            String what = somethingHappens(random);
            boolean takenByOthers = hadModel && machine.text(MODEL).isEmpty();
            VirtualMachineSnapshot seen = machine.snapshot();
            ours.retainAll(required());
            if (!seen.heldBy(US) && !machine.text(BASELINE).equals("ours")) {
                // Whoever writes all of it, and leaves no trace of us, means what he writes.
                ours.clear();
            }
            boolean leftAlone = settle(what);

            // Then
            if (seen.heldBy(OTHER_BASELINE)) {
                // Whatever is wrong now, the baseline that holds it sees to that.
                ours.clear();
            }
            if (machine.text(MODEL).isEmpty() && !ours.isEmpty()) {
                assertThat(leftAlone && takenByOthers)
                        .as("%s: %s", what, machine)
                        .isTrue();
                ours.clear();
            }
        }
    }

    /** Does what is decided until nothing is left to do; tells whether the virtual machine is left alone for a reason of its own. */
    private boolean settle(String after) {
        for (int round = 0; round < 4; round++) {
            Action action = Alignment.decide(machine.snapshot(), target);
            if (action instanceof Action.Apply apply) {
                write(apply.fields(), after);
            } else if (action instanceof Action.Release release) {
                write(release.kept(), after);
            } else {
                return action instanceof Action.Skip;
            }
        }
        throw new AssertionError("no end of writes after " + after + ": " + machine);
    }

    private void write(OwnedFields fields, String after) {
        String before = machine.toString();
        boolean hadModel = !machine.text(MODEL).isEmpty();
        Map<String, Object> ofOthers = machine.copy();
        ofOthers.keySet().removeIf(field -> machine.ownersOf(field).equals(Set.of(US)));

        boolean written = machine.apply(US, SimulatedMachine.fields(fields));

        assertThat(written).as("%s, then %s on %s", after, fields, before).isTrue();
        assertThat(machine.copy())
                .as("%s, then %s on %s", after, fields, before)
                .containsAllEntriesOf(ofOthers);
        if (hadModel && machine.text(MODEL).isEmpty()) {
            assertThat(required())
                    .as("%s, then %s on %s", after, fields, before)
                    .isEmpty();
        }
        fields.features().forEach(feature -> ours.add(feature.name()));
        ours.retainAll(required());
    }

    private Set<String> required() {
        Set<String> names = new HashSet<>();
        machine.features().stream().filter(Feature::required).forEach(feature -> names.add(feature.name()));
        return names;
    }

    private String somethingHappens(Random random) {
        String manager = one(OTHERS, random);
        switch (random.nextInt(18)) {
            case 0 -> target = one(TARGETS, random);
            case 1 -> machine.update(manager, MODEL, one(MODELS, random));
            case 2 -> machine.remove(MODEL);
            case 3 -> machine.remove(FEATURES);
            case 4 -> {
                machine.remove(MODEL);
                machine.remove(FEATURES);
            }
            case 5 -> machine.update(manager, FEATURES, added(random));
            case 6 -> machine.update(manager, FEATURES, lessOne(random));
            case 7 -> machine.forceApply(manager, whole(random));
            case 8 -> machine.apply(manager, whole(random));
            case 9 -> machine.apply(manager, Map.of());
            case 10 -> snapshots.add(machine.copy());
            case 11, 12 -> {
                if (!snapshots.isEmpty()) {
                    machine.replace(manager, one(snapshots, random));
                }
            }
            case 13 -> machine.replace(manager, whole(random));
            case 14 -> machine.optOut(random.nextInt(3) == 0);
            case 15 -> machine.confidential(random.nextInt(3) == 0);
            case 16 ->
                machine.apply(
                        OTHER_BASELINE, random.nextBoolean() ? Map.of() : SimulatedMachine.fields(OF_OTHER_BASELINE));
            default -> key(manager, random);
        }
        if (random.nextInt(40) == 0) {
            machine.forgetOwners();
        }
        return "%s wrote, %s is wanted: %s".formatted(manager, target.cpuModel(), machine);
    }

    private void key(String manager, Random random) {
        String key = OwnedFields.VENDOR_KEY + (random.nextBoolean() ? "Intel" : "AMD");
        switch (random.nextInt(4)) {
            case 0 -> machine.update(manager, key, "true");
            case 1 -> machine.update(manager, key, "no");
            default -> machine.remove(key);
        }
        if (random.nextInt(4) == 0) {
            machine.update(manager, random.nextBoolean() ? BASELINE : REVISION, "theirs");
        }
    }

    private List<Feature> added(Random random) {
        List<Feature> features = new ArrayList<>(machine.features());
        features.add(new Feature(one(NAMES, random), one(POLICIES, random)));
        return List.copyOf(features);
    }

    private List<Feature> lessOne(Random random) {
        List<Feature> features = new ArrayList<>(machine.features());
        if (!features.isEmpty()) {
            features.remove(random.nextInt(features.size()));
        }
        return features.isEmpty() ? List.of(new Feature("vme", "disable")) : List.copyOf(features);
    }

    /** What somebody may have in a manifest of his. */
    private Map<String, Object> whole(Random random) {
        Map<String, Object> fields = new HashMap<>();
        if (random.nextBoolean()) {
            fields.put(MODEL, one(MODELS, random));
        }
        if (random.nextBoolean()) {
            fields.put(FEATURES, random.nextBoolean() ? one(TARGETS, random).features() : added(random));
        }
        fields.values().removeIf(List.of()::equals);
        return fields;
    }

    private static <T> T one(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
