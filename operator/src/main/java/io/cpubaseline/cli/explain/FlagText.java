package io.cpubaseline.cli.explain;

import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.explain.Facts.WorkloadLoss;
import io.cpubaseline.explain.FlagAccount;
import io.cpubaseline.explain.FlagAccount.Effect;
import io.cpubaseline.explain.FlagAccount.Part;
import io.cpubaseline.explain.FlagAccount.Stand;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.explain.Standing;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints all about a flag for people. */
final class FlagText {

    private final Page page;
    private final Sources sources;
    private final Phrases phrases;

    FlagText(Page page, Sources sources, Phrases phrases) {
        this.page = page;
        this.sources = sources;
        this.phrases = phrases;
    }

    void print(FlagAccount flag, FlagSpellings spellings) {
        about(flag, spellings);
        if (!flag.stands().isEmpty()) {
            int having = nodes(flag, true);
            int lacking = nodes(flag, false);
            page.field(
                    "Nodes",
                    "%d of %d can give it to guests%s"
                            .formatted(
                                    having, having + lacking, lacking == 0 ? "" : "; %d can not".formatted(lacking)));
            given(flag);
            lacking(flag);
            effects(flag);
        }
        if (!flag.losses().isEmpty()) {
            page.heading("What work loses without it");
            for (WorkloadLoss loss : flag.losses()) {
                page.item("%s: %s%s".formatted(loss.workload(), loss.loses(), sources.mark(loss.source())));
            }
        }
        sources.print(page);
    }

    private void about(FlagAccount flag, FlagSpellings spellings) {
        page.field(
                "Flag",
                flag.feature()
                        + flag.fact()
                                .map(fact -> ": %s%s".formatted(fact.what(), sources.mark(fact.source())))
                                .orElse(""));
        flag.fact().filter(fact -> !fact.note().isEmpty()).ifPresent(fact -> page.field("Note", fact.note()));
        if (!flag.known()) {
            page.field("Unknown", "libvirt knows no such feature as far as the catalog goes: it counts for nothing");
            return;
        }
        Map<String, List<String>> others = spellings.others(flag.feature());
        if (!others.isEmpty()) {
            page.field(
                    "Also called",
                    String.join(
                            ", ",
                            others.entrySet().stream()
                                    .map(other ->
                                            "%s (%s)".formatted(String.join(" or ", other.getValue()), other.getKey()))
                                    .toList()));
        }
        page.field("Level", flag.level() == AbiLevel.NONE ? "of no x86-64 level" : "of " + flag.level());
        page.field(
                "Models",
                flag.firstModels().isEmpty()
                        ? "no named model has it"
                        : "the oldest with it: %s".formatted(phrases.oldest(flag.firstModels())));
        if (!flag.migratable()) {
            page.field("Migration", "a guest with it can't be migrated: no baseline has it");
        }
        flag.role().ifPresent(role -> page.field("Selection", "never required beside a model: %s".formatted(role)));
    }

    private static int nodes(FlagAccount flag, boolean giving) {
        return flag.stands().stream()
                .filter(stand -> stand.standing().gives() == giving)
                .mapToInt(stand -> stand.group().size())
                .sum();
    }

    private void given(FlagAccount flag) {
        List<Stand> giving =
                flag.stands().stream().filter(stand -> stand.standing().gives()).toList();
        if (giving.isEmpty()) {
            return;
        }
        page.heading("Given by");
        Map<Standing.Proof, List<NodeGroup>> byProof = new EnumMap<>(Standing.Proof.class);
        for (Stand stand : giving) {
            byProof.computeIfAbsent(((Standing.Gives) stand.standing()).proof(), same -> new ArrayList<>())
                    .add(stand.group());
        }
        byProof.forEach((proof, groups) -> page.item("%s: %s".formatted(phrases.groups(groups), proof(proof))));
    }

    private static String proof(Standing.Proof proof) {
        return switch (proof) {
            case LABEL -> "labelled";
            case MODEL -> "a labelled model has it; without a label of its own it can't be required beside another";
            default -> "the hardware allows it, not proven";
        };
    }

    /** Those with the same cause together. */
    private void lacking(FlagAccount flag) {
        Map<String, List<NodeGroup>> byCause = new LinkedHashMap<>();
        for (Stand stand : flag.stands()) {
            if (stand.standing() instanceof Standing.Lacks lacks) {
                byCause.computeIfAbsent(
                                "%s: %s".formatted(lacks.lack().by().words(), phrases.lack(lacks.lack())),
                                same -> new ArrayList<>())
                        .add(stand.group());
            }
        }
        if (byCause.isEmpty()) {
            return;
        }
        page.heading("Lacking, and why");
        byCause.forEach((cause, groups) -> page.item("%s: %s".formatted(phrases.groups(groups), cause)));
    }

    private void effects(FlagAccount flag) {
        page.heading("In the answer");
        for (Effect effect : flag.effects()) {
            page.item(Phrases.whose(effect.view()) + part(flag, effect.part(), effect));
        }
        if (flag.effects().stream().allMatch(effect -> effect.gains().isEmpty())) {
            return;
        }
        page.heading("What it would buy");
        boolean changes = false;
        for (Effect effect : flag.effects()) {
            for (String gain : gains(effect)) {
                page.item(gain);
                changes = true;
            }
        }
        if (!changes) {
            page.item("nothing: no answer would be another one, neither with it nor without the nodes that lack it");
        }
    }

    /** What changes something. */
    private List<String> gains(Effect effect) {
        return effect.gains().stream()
                .filter(gain -> !gain.same())
                .map(gain -> Phrases.whose(effect.view()) + phrases.gain(gain, effect.view()))
                .toList();
    }

    private static String part(FlagAccount flag, Part part, Effect effect) {
        String answer = Phrases.brief(effect.view().answer());
        return switch (part.kind()) {
            case IN_MODEL -> "guests see it: the model %s has it".formatted(part.what());
            case REQUIRED ->
                "guests see it: required beside %s (%s)"
                        .formatted(
                                effect.view()
                                        .answer()
                                        .baseline()
                                        .orElseThrow()
                                        .model()
                                        .name(),
                                part.what().toLowerCase(Locale.ROOT));
            case NOT_ASKED_FOR ->
                "guests do not see it, though all nodes give it: nothing asks for it. With it in features.require the baseline would be %s"
                        .formatted(part.what());
            case NEVER_REQUIRED ->
                "guests do not see it, though all nodes have it: %s"
                        .formatted(
                                flag.migratable() && flag.role().isEmpty()
                                        ? part.why()
                                        : flag.migratable() ? "it is never required" : "it blocks live migration");
            case NOT_COMMON -> "guests do not see it, since not every node gives it: %s".formatted(answer);
            default -> "there is no answer: %s".formatted(part.why());
        };
    }
}
