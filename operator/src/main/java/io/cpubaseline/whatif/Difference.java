package io.cpubaseline.whatif;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.cpu.GuestNeed;
import java.util.List;

/**
 * What is different for guests.
 *
 * @param before the level before; {@link AbiLevel#NONE} if there was no answer
 * @param after the level after; {@link AbiLevel#NONE} if there is no answer
 * @param gained features that guests get
 * @param lost features that guests lose
 */
public record Difference(AbiLevel before, AbiLevel after, Protection gained, Protection lost) {

    /**
     * Features, by what they are good for.
     *
     * @param mitigations those against flaws of CPUs
     * @param hardening those that make attacks harder
     * @param others all others
     */
    public record Protection(FeatureSet mitigations, FeatureSet hardening, FeatureSet others) {

        static Protection of(FeatureSet features, SelectionRules rules) {
            FeatureSet mitigations = features.intersect(rules.group(Group.MITIGATION));
            FeatureSet hardening = features.intersect(rules.group(Group.HARDENING));
            return new Protection(
                    mitigations, hardening, features.minus(mitigations).minus(hardening));
        }

        /** Whether it is nothing. */
        public boolean isEmpty() {
            return mitigations.isEmpty() && hardening.isEmpty() && others.isEmpty();
        }
    }

    /** Between two answers; one that is none gives nothing to guests. */
    public static Difference of(Answer before, Answer after, SelectionRules rules) {
        FeatureSet had = before.baseline().map(Baseline::guestFeatures).orElse(FeatureSet.empty());
        FeatureSet gets = after.baseline().map(Baseline::guestFeatures).orElse(FeatureSet.empty());
        return new Difference(
                before.baseline().map(Baseline::level).orElse(AbiLevel.NONE),
                after.baseline().map(Baseline::level).orElse(AbiLevel.NONE),
                Protection.of(gets.minus(had), rules),
                Protection.of(had.minus(gets), rules));
    }

    /** Guest systems that run only after. */
    public List<GuestNeed> runThen(List<GuestNeed> known) {
        return known.stream()
                .filter(need -> after.atLeast(need.level()) && !before.atLeast(need.level()))
                .toList();
    }

    /** Guest systems that run only before. */
    public List<GuestNeed> runNoMore(List<GuestNeed> known) {
        return known.stream()
                .filter(need -> before.atLeast(need.level()) && !after.atLeast(need.level()))
                .toList();
    }
}
