package io.cpubaseline.explain;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.Facts.LevelUse;
import io.cpubaseline.explain.Facts.WorkloadLoss;
import io.cpubaseline.explain.FlagAccount.FirstModel;
import io.cpubaseline.fleet.Truth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All about a level.
 *
 * @param level the level
 * @param added the features that it adds to the one below
 * @param below the features of the one below
 * @param firstModels the oldest model of each vendor that reaches it
 * @param uses who wants which level
 * @param losses what work loses below it
 * @param lossesOfNone what work loses without features that no level has
 * @param stands which nodes reach it
 * @param effects what the answers have of it
 */
public record LevelAccount(
        AbiLevel level,
        FeatureSet added,
        FeatureSet below,
        List<FirstModel> firstModels,
        List<LevelUse> uses,
        List<WorkloadLoss> losses,
        List<WorkloadLoss> lossesOfNone,
        List<Stand> stands,
        List<Effect> effects) {

    /**
     * Whether nodes reach it.
     *
     * @param group the nodes
     * @param silicon whether their hardware does
     * @param hypervisor whether guests can be given all its features
     * @param best the highest level that a guest there gets
     * @param alone what such nodes alone would get
     * @param missing the features that they lack
     * @param why why they lack each
     */
    public record Stand(
            NodeGroup group,
            Truth silicon,
            boolean hypervisor,
            AbiLevel best,
            Optional<Baseline> alone,
            FeatureSet missing,
            Map<String, Lack> why) {}

    /**
     * What an answer has of it.
     *
     * @param view the answer
     * @param reaches whether it reaches the level
     * @param withoutBelow the answer without the nodes that don't
     * @param given the answer if all nodes had the level's features
     */
    public record Effect(View view, boolean reaches, Optional<Gain> withoutBelow, Optional<Gain> given) {}
}
