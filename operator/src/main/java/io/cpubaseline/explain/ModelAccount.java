package io.cpubaseline.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Criterion;
import io.cpubaseline.baseline.GuestSight;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.Facts.ModelYear;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All about a model.
 *
 * @param model the model
 * @param year when its CPU came, if that is written down
 * @param ofFeatures the level of its features
 * @param alone the level that a guest gets from it alone
 * @param versions the model under all its names and versions, the oldest first; itself among them
 * @param newer how many models of its vendor are newer
 * @param tsx whether it has TSX
 * @param stands who gives it, and who doesn't
 * @param effects what becomes of it in the answers
 */
public record ModelAccount(
        CpuModel model,
        Optional<ModelYear> year,
        AbiLevel ofFeatures,
        AbiLevel alone,
        List<CpuModel> versions,
        int newer,
        boolean tsx,
        List<Stand> stands,
        List<Effect> effects) {

    /**
     * Whether nodes give it.
     *
     * @param group the nodes
     * @param offers whether they do
     * @param missing the features that they lack; empty where only KubeVirt's label is missing
     * @param why why they lack each
     */
    public record Stand(NodeGroup group, boolean offers, FeatureSet missing, Map<String, Lack> why) {}

    /**
     * What becomes of it in an answer.
     *
     * @param view the answer
     * @param chosen whether it is the answer's model
     * @param behind by which criterion it is behind; nothing if it isn't possible at all
     * @param byHand the answer if it were pinned by hand
     * @param ifGiven the same if every node gave it
     * @param gains what guests would see then beyond what they see now
     * @param losses what they would no longer see then
     * @param sight which CPU guests would see
     * @param withoutBlocking the answer without the nodes that block it
     */
    public record Effect(
            View view,
            boolean chosen,
            Optional<Criterion> behind,
            Answer byHand,
            Answer ifGiven,
            FeatureSet gains,
            FeatureSet losses,
            GuestSight sight,
            Optional<Gain> withoutBlocking) {}
}
