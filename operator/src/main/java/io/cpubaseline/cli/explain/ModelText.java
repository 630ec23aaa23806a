package io.cpubaseline.cli.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.GuestSight;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.explain.ModelAccount;
import io.cpubaseline.explain.ModelAccount.Effect;
import io.cpubaseline.explain.ModelAccount.Stand;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.fleet.CpuClass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Prints all about a model for people. */
final class ModelText {

    private final Page page;
    private final Sources sources;
    private final Phrases phrases;

    ModelText(Page page, Sources sources, Phrases phrases) {
        this.page = page;
        this.sources = sources;
        this.phrases = phrases;
    }

    void print(ModelAccount account) {
        about(account);
        if (!account.stands().isEmpty()) {
            stands(account);
            account.effects().stream()
                    .filter(effect -> concerns(account, effect))
                    .forEach(effect -> effect(account, effect));
        }
        sources.print(page);
    }

    /** Whether a model is of a vendor of these nodes, or can be given by some of them: an AMD model is nothing for a baseline of Intel. */
    private boolean concerns(ModelAccount account, Effect effect) {
        return account.effects().size() == 1
                || effect.view().classes().stream()
                        .anyMatch(cpuClass -> account.model().vendors().contains(cpuClass.vendor())
                                || cpuClass.evidence()
                                        .labelledModels()
                                        .contains(account.model().name()));
    }

    private void about(ModelAccount account) {
        CpuModel model = account.model();
        page.field(
                "Model",
                model.name()
                        + account.year()
                                .map(year ->
                                        ": %s, %d%s".formatted(year.cpu(), year.year(), sources.mark(year.source())))
                                .orElse(model.vendor().isEmpty() ? ": of no vendor" : ": " + model.vendor()));
        names(account);
        page.field(
                "Level",
                account.alone() == account.ofFeatures()
                        ? account.ofFeatures().label()
                        : "%s by its features, %s for guests: it is too old for CPUID leaf 0xD, so that QEMU takes xsave unless xsaveopt is required, too"
                                .formatted(account.ofFeatures(), account.alone()));
        if (!model.vendor().isEmpty()) {
            page.field(
                    "Age",
                    account.newer() == 0
                            ? "no model of %s is newer".formatted(model.vendor())
                            : "%s of %s newer, versions not counted"
                                    .formatted(
                                            Phrases.count(account.newer(), "model"),
                                            model.vendor() + (account.newer() == 1 ? " is" : " are")));
        }
        if (model.obsolete()) {
            page.field("Obsolete", "KubeVirt's default obsoleteCPUModels has it: no node is labelled with it");
        }
        if (!model.namedByLibvirt()) {
            page.field("Not yet", "no libvirt up to 12.9 has this name, so that no node can be labelled with it");
        }
        if (account.tsx()) {
            page.field("TSX", "it has hle or rtm, which microcode switches off on most CPUs: prefer -noTSX");
        }
        if (!model.libvirtRequires().isEmpty()) {
            page.field(
                    "Beside it",
                    "with any required feature libvirt wants %s on the host, too"
                            .formatted(phrases.some(model.libvirtRequires())));
        }
    }

    private void names(ModelAccount account) {
        CpuModel model = account.model();
        if (model.canonical() != null) {
            page.field("Names", "%s is %s".formatted(model.name(), model.canonical()));
        } else if (model.aliasOf() != null) {
            page.field("Names", "%s is the same: that name is written".formatted(model.aliasOf()));
        }
        List<String> versions = account.versions().stream()
                .map(CpuModel::name)
                .filter(name -> !name.equals(model.name()))
                .filter(name -> !name.equals(model.canonical()) && !name.equals(model.aliasOf()))
                .toList();
        if (!versions.isEmpty()) {
            page.field("Versions", phrases.some(versions));
        }
    }

    private void stands(ModelAccount account) {
        int offering = account.stands().stream()
                .filter(Stand::offers)
                .mapToInt(stand -> stand.group().size())
                .sum();
        int all = account.stands().stream()
                .mapToInt(stand -> stand.group().size())
                .sum();
        page.field("Nodes", "%d of %d can give it to guests".formatted(offering, all));
        if (offering > 0) {
            page.heading("Given by");
            given(account, false);
            given(account, true);
        }
        Map<List<String>, List<NodeGroup>> byCause = new LinkedHashMap<>();
        account.stands().stream()
                .filter(stand -> !stand.offers())
                .forEach(stand -> byCause.computeIfAbsent(causes(account, stand), same -> new ArrayList<>())
                        .add(stand.group()));
        if (!byCause.isEmpty()) {
            page.heading("What blocks it");
            byCause.forEach((causes, groups) -> {
                page.item(phrases.groups(groups) + ":");
                causes.forEach(cause -> page.item("- " + cause));
            });
        }
    }

    private void given(ModelAccount account, boolean expected) {
        List<NodeGroup> groups = account.stands().stream()
                .filter(Stand::offers)
                .map(Stand::group)
                .filter(group -> group.cpuClass().evidence().expected() == expected)
                .toList();
        if (!groups.isEmpty()) {
            page.item(phrases.groups(groups) + (expected ? ": the hardware allows it, not proven" : ": labelled"));
        }
    }

    private List<String> causes(ModelAccount account, Stand stand) {
        if (!stand.missing().isEmpty()) {
            return phrases.lacks(stand.why());
        }
        CpuModel model = account.model();
        if (stand.group().cpuClass().evidence().labelledModels().contains(model.name())) {
            return List.of("it is labelled, but the node's labels prove nothing (%s)"
                    .formatted(stand.group().reason()));
        }
        return List.of(
                model.obsolete()
                        ? "all its features are there: KubeVirt does not label obsolete models"
                        : "all its features are there, and no label of it: the node's libvirt or QEMU is older than the model");
    }

    private void effect(ModelAccount account, Effect effect) {
        String name = account.model().name();
        page.heading(
                effect.view().name().isEmpty()
                        ? "Beside the answer"
                        : "Beside the answer for %s".formatted(effect.view().name()));
        page.item("the answer is %s".formatted(Phrases.brief(effect.view().answer())));
        if (effect.chosen()) {
            page.item("%s is the model of the answer".formatted(name));
        } else {
            byHand(name, effect);
        }
        sight(name, effect.sight(), effect);
        effect.withoutBlocking().ifPresent(gain -> page.item(phrases.gain(gain, effect.view())));
    }

    private void byHand(String name, Effect effect) {
        Answer byHand = effect.byHand();
        if (byHand.baseline().isPresent()) {
            page.item("with cpuModel.name: %s it would be %s%s"
                    .formatted(
                            name,
                            Phrases.brief(byHand),
                            effect.behind()
                                    .map(behind -> "; it is not chosen because %s".formatted(behind.behind()))
                                    .orElse("")));
        } else if (byHand instanceof NoBaseline none) {
            page.item(
                    none.lacking().model().isEmpty()
                            ? none.message()
                            : "%s is not possible: not every node of these gives it%s"
                                    .formatted(
                                            name,
                                            effect.ifGiven().baseline().isEmpty()
                                                    ? ""
                                                    : "; if all did, it would be %s"
                                                            .formatted(Phrases.brief(effect.ifGiven()))));
        }
        if (Phrases.answered(effect.view())) {
            page.item("guests would then see, beyond what they see now: %s"
                    .formatted(effect.gains().isEmpty() ? "nothing" : phrases.some(effect.gains())));
            page.item("and no longer: %s"
                    .formatted(effect.losses().isEmpty() ? "nothing is lost" : phrases.some(effect.losses())));
        }
    }

    private void sight(String name, GuestSight sight, Effect effect) {
        if (!sight.foreign().isEmpty()) {
            Set<String> vendors = new TreeSet<>();
            sight.foreign().stream().map(CpuClass::vendor).forEach(vendors::add);
            page.item("on %s (%s) guests would see another vendor's CPU, so that their kernels leave out %s"
                    .formatted(phrases.nodes(sight.foreign()), String.join(" and ", vendors), sight.leftOut()));
        } else if (sight.old()) {
            page.item("%s is CPU family %d, and the nodes are of family %d or newer: guests' kernels leave out %s"
                    .formatted(name, sight.family(), sight.oldest(), sight.leftOut()));
        } else if (!effect.view().classes().isEmpty()) {
            page.item("guests' kernels leave nothing out for its vendor or family");
        }
    }
}
