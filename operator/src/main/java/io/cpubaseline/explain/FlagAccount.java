package io.cpubaseline.explain;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.explain.Facts.FlagFact;
import io.cpubaseline.explain.Facts.ModelYear;
import io.cpubaseline.explain.Facts.WorkloadLoss;
import java.util.List;
import java.util.Optional;

/**
 * All about a flag.
 *
 * @param feature libvirt's name
 * @param known whether the catalog has it: one that it lacks counts for nothing
 * @param fact what it is for, if that is written down
 * @param level the x86-64 level that brings it; {@link AbiLevel#NONE} if none does
 * @param firstModels the oldest model of each vendor that has it
 * @param migratable whether guests with it can be migrated
 * @param role why it has a role of its own in the selection, if it has one
 * @param losses what work loses without it
 * @param stands who gives it, and who doesn't
 * @param effects what part it has in the answers
 */
public record FlagAccount(
        String feature,
        boolean known,
        Optional<FlagFact> fact,
        AbiLevel level,
        List<FirstModel> firstModels,
        boolean migratable,
        Optional<String> role,
        List<WorkloadLoss> losses,
        List<Stand> stands,
        List<Effect> effects) {

    /** A model, and when its CPU came, where that is known. */
    public record FirstModel(CpuModel model, Optional<ModelYear> year) {}

    /** Whether nodes give it. */
    public record Stand(NodeGroup group, Standing standing) {}

    /**
     * What part it has in an answer.
     *
     * @param view the answer
     * @param part its part
     * @param gains what would be if the nodes that lack it had it, or were left out
     */
    public record Effect(View view, Part part, List<Gain> gains) {}

    /**
     * What part a flag has in an answer.
     *
     * @param kind which
     * @param what the purpose, the model, or the revision that there would be
     * @param why why not, in words
     */
    public record Part(Kind kind, String what, String why) {

        /** Which part. */
        public enum Kind {
            /** Guests see it: the model has it. */
            IN_MODEL,
            /** Guests see it: it is required beside the model. */
            REQUIRED,
            /** All nodes have it, and it would be required if the spec asked for it. */
            NOT_ASKED_FOR,
            /** All nodes have it, and it is never required. */
            NEVER_REQUIRED,
            /** Some node lacks it. */
            NOT_COMMON,
            /** There is no answer. */
            NO_ANSWER
        }
    }
}
