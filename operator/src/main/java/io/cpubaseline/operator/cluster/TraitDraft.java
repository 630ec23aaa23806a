package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.present;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.operator.watch.Shared;
import io.cpubaseline.virtualmachine.Trait;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads what an instance is in the midst of, and can do. */
final class TraitDraft {

    private static final Shared<Set<Trait>> TRAITS = new Shared<>(64);

    /** KubeVirt's conditions that are traits while they are True. */
    private static final Map<String, Trait> CONDITIONS =
            Map.of("Ready", Trait.READY, "Paused", Trait.PAUSED, "VolumesChange", Trait.VOLUMES_CHANGING);

    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

    void ending() {
        traits.add(Trait.ENDING);
    }

    boolean isEnding() {
        return traits.contains(Trait.ENDING);
    }

    /** A field of {@code spec.domain}. */
    void domain(String field, JsonParser value) throws IOException {
        if (field.equals("rebootPolicy") && text(value).equals("Terminate")) {
            traits.add(Trait.REBOOTS_ANEW);
        }
    }

    /** A condition. */
    void condition(String type, String status) {
        Trait trait = CONDITIONS.get(type);
        if (trait != null && status.equals("True")) {
            traits.add(trait);
        }
    }

    /** A field of {@code status}. */
    void status(String field, JsonParser value) throws IOException {
        switch (field) {
            case "activePods" -> {
                int[] pods = {0};
                each(value, (pod, node) -> pods[0]++);
                if (pods[0] > 1) {
                    traits.add(Trait.MIGRATING);
                }
            }
            case "migrationState" -> unlessOver(value, Trait.MIGRATING);
            case "changedBlockTracking" ->
                each(value, (part, content) -> {
                    if (part.equals("backupStatus")) {
                        unlessOver(content, Trait.BACKING_UP);
                    }
                });
            default -> {}
        }
    }

    /** What is under way has a state that is neither completed nor failed. */
    private void unlessOver(JsonParser state, Trait trait) throws IOException {
        if (!present(state)) {
            return;
        }
        boolean[] over = {false};
        each(state, (field, value) -> {
            if (field.equals("completed") || field.equals("failed")) {
                over[0] |= value.currentToken() == JsonToken.VALUE_TRUE;
            }
        });
        if (!over[0]) {
            traits.add(trait);
        }
    }

    Set<Trait> finished() {
        return TRAITS.shared(Set.copyOf(traits));
    }
}
