package io.cpubaseline.cli.explain;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cli.text.Table;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.explain.Facts.LevelUse;
import io.cpubaseline.explain.Facts.WorkloadLoss;
import io.cpubaseline.explain.LevelAccount;
import io.cpubaseline.explain.LevelAccount.Effect;
import io.cpubaseline.explain.LevelAccount.Stand;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.fleet.Truth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints all about a level for people. */
final class LevelText {

    private final Page page;
    private final Sources sources;
    private final Phrases phrases;

    LevelText(Page page, Sources sources, Phrases phrases) {
        this.page = page;
        this.sources = sources;
        this.phrases = phrases;
    }

    void print(LevelAccount account) {
        page.field("Level", account.level().label() + sources.mark("x86-64 psABI, Micro-Architecture Levels"));
        page.field("Needs", String.join(" ", account.added().names()));
        AbiLevel level = account.level();
        if (level.atLeast(AbiLevel.V2)) {
            page.field(
                    "",
                    "and all %d features of the level below"
                            .formatted(account.below().size()));
        }
        if (!account.firstModels().isEmpty()) {
            page.field("Models", "the oldest that reach it: %s".formatted(phrases.oldest(account.firstModels())));
        }
        if (!account.stands().isEmpty()) {
            stands(account);
            answers(account);
        }
        uses(account);
        losses(account);
        sources.print(page);
    }

    private void stands(LevelAccount account) {
        List<Stand> stands = account.stands();
        int all = stands.stream().mapToInt(stand -> stand.group().size()).sum();
        page.field(
                "Nodes",
                "%d of %d give it to guests by a named model"
                        .formatted(
                                stands.stream()
                                        .filter(stand -> stand.best().atLeast(account.level()))
                                        .mapToInt(stand -> stand.group().size())
                                        .sum(),
                                all));
        page.heading("Who reaches it: by the hardware, by what the hypervisor gives, by a named model alone");
        Table table = new Table("NODES", "VENDOR", "HARDWARE", "GIVEN", "ALONE, BY", "SUCH AS");
        for (Stand stand : stands) {
            String vendor = stand.group().cpuClass().vendor();
            table.row(
                    String.valueOf(stand.group().size()),
                    vendor.isEmpty() ? "-" : vendor,
                    stand.silicon() == Truth.UNKNOWN
                            ? "?"
                            : stand.silicon().name().toLowerCase(Locale.ROOT),
                    stand.hypervisor() ? "yes" : "no",
                    stand.alone().map(LevelText::alone).orElse("nothing"),
                    String.join(" ", stand.group().names().stream().limit(3).toList()));
        }
        page.table(table);
        Map<List<String>, List<NodeGroup>> byCause = new LinkedHashMap<>();
        stands.stream()
                .filter(stand -> !stand.missing().isEmpty())
                .forEach(stand -> byCause.computeIfAbsent(phrases.lacks(stand.why()), same -> new ArrayList<>())
                        .add(stand.group()));
        if (!byCause.isEmpty()) {
            page.heading("What the others lack, and why");
            byCause.forEach((causes, groups) -> {
                page.item(phrases.groups(groups) + ":");
                causes.forEach(cause -> page.item("- " + cause));
            });
        }
    }

    private static String alone(Baseline baseline) {
        return "%s %s"
                .formatted(
                        baseline.level().label().replace("x86-64-", ""),
                        baseline.model().name());
    }

    private void answers(LevelAccount account) {
        page.heading("In the answer");
        for (Effect effect : account.effects()) {
            String whose = Phrases.whose(effect.view());
            page.item("%s%s: %s"
                    .formatted(
                            whose,
                            effect.reaches() ? "reached" : "not reached",
                            Phrases.brief(effect.view().answer())));
            effect.withoutBelow().ifPresent(gain -> page.item(whose + phrases.gain(gain, effect.view())));
            effect.given()
                    .ifPresent(gain ->
                            page.item("%sif all nodes had all of it, %s".formatted(whose, phrases.outcome(gain))));
        }
    }

    private void uses(LevelAccount account) {
        List<LevelUse> uses = account.uses().stream()
                .filter(use -> use.level() == account.level())
                .toList();
        for (String how : List.of("needs", "prefers", "can")) {
            List<LevelUse> such =
                    uses.stream().filter(use -> use.how().equals(how)).toList();
            if (!such.isEmpty()) {
                page.heading(
                        how.equals("needs")
                                ? "Does not run below it"
                                : how.equals("prefers") ? "Is faster with it" : "Can be built for it");
                such.forEach(use -> page.item("%s%s%s"
                        .formatted(
                                use.who(),
                                use.words().isEmpty() ? "" : ": " + use.words(),
                                sources.mark(use.source()))));
            }
        }
    }

    private void losses(LevelAccount account) {
        if (!account.losses().isEmpty()) {
            page.heading("What work loses below it");
            account.losses().forEach(this::loss);
        }
        if (!account.lossesOfNone().isEmpty()) {
            page.heading("No level has these features; look whether the answer requires them");
            account.lossesOfNone().forEach(this::loss);
        }
    }

    private void loss(WorkloadLoss loss) {
        page.item("%s (%s): %s%s"
                .formatted(
                        loss.workload(),
                        String.join(" or ", loss.features().names()),
                        loss.loses(),
                        sources.mark(loss.source())));
    }
}
