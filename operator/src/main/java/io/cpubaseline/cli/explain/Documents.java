package io.cpubaseline.cli.explain;

import static io.cpubaseline.cli.explain.DocumentParts.ages;
import static io.cpubaseline.cli.explain.DocumentParts.answer;
import static io.cpubaseline.cli.explain.DocumentParts.lack;
import static io.cpubaseline.cli.explain.DocumentParts.lacks;
import static io.cpubaseline.cli.explain.DocumentParts.losses;
import static io.cpubaseline.cli.explain.DocumentParts.nodes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cpubaseline.baseline.Criterion;
import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.cli.explain.DocumentParts.AnswerDocument;
import io.cpubaseline.cli.explain.DocumentParts.GainDocument;
import io.cpubaseline.cli.explain.DocumentParts.LackDocument;
import io.cpubaseline.cli.explain.DocumentParts.Loss;
import io.cpubaseline.cli.explain.DocumentParts.ModelAge;
import io.cpubaseline.cli.explain.DocumentParts.Nodes;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.explain.FlagAccount;
import io.cpubaseline.explain.LevelAccount;
import io.cpubaseline.explain.ModelAccount;
import io.cpubaseline.explain.NodeAccount;
import io.cpubaseline.explain.Standing;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The explanations for programs: what the words for people say, as values. */
final class Documents {

    private final FlagSpellings spellings;

    Documents(FlagSpellings spellings) {
        this.spellings = spellings;
    }

    /** A flag on nodes alike. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record FlagStand(
            Nodes nodes,
            boolean gives,
            @Nullable String proof,
            @Nullable LackDocument lack) {}

    /** A flag in an answer. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record FlagEffect(
            String of, AnswerDocument answer, String part, String what, String why, List<GainDocument> wouldBuy) {}

    /** All about a flag. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record FlagDocument(
            String kind,
            String name,
            boolean known,
            Map<String, List<String>> otherNames,
            @Nullable String what,
            @Nullable String note,
            @Nullable String source,
            @Nullable String abiLevel,
            List<ModelAge> oldestModels,
            boolean migratable,
            @Nullable String neverRequired,
            List<Loss> losses,
            List<FlagStand> nodes,
            List<FlagEffect> answers) {}

    /** A model on nodes alike. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ModelStand(Nodes nodes, boolean gives, List<String> missing, List<LackDocument> lacks) {}

    /** A model in an answer. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ModelEffect(
            String of,
            AnswerDocument answer,
            boolean chosen,
            @Nullable String behindBy,
            AnswerDocument byHand,
            AnswerDocument ifAllGaveIt,
            List<String> gains,
            List<String> losses,
            boolean foreignVendor,
            boolean oldFamily,
            List<String> mitigationsLeftOut,
            boolean topologyLost,
            @Nullable GainDocument withoutBlocking) {}

    /** All about a model. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ModelDocument(
            String kind,
            String name,
            String vendor,
            @Nullable String cpu,
            @Nullable Integer year,
            @Nullable String source,
            String abiLevel,
            String abiLevelAlone,
            List<String> versions,
            int newerModels,
            boolean obsolete,
            boolean namedByLibvirt,
            boolean tsx,
            List<String> libvirtRequires,
            List<ModelStand> nodes,
            List<ModelEffect> answers) {}

    /** A level on nodes alike. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record LevelStand(
            Nodes nodes,
            String hardware,
            boolean given,
            String best,
            @Nullable AnswerDocument alone,
            List<String> missing,
            List<LackDocument> lacks) {}

    /** A level in an answer. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record LevelEffect(
            String of,
            AnswerDocument answer,
            boolean reached,
            @Nullable GainDocument withoutThoseBelow,
            @Nullable GainDocument ifAllHadIt) {}

    /** Who wants a level. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Use(String kind, String who, String how, String words, String source) {}

    /** All about a level. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record LevelDocument(
            String kind,
            String name,
            List<String> adds,
            List<String> below,
            List<ModelAge> oldestModels,
            List<Use> wantedBy,
            List<Loss> losses,
            List<Loss> lossesOfNoLevel,
            List<LevelStand> nodes,
            List<LevelEffect> answers) {}

    /** What a node costs an answer. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record NodeEffect(
            String of,
            AnswerDocument answer,
            int alike,
            @Nullable GainDocument without,
            List<String> lacks,
            List<String> blocks,
            List<String> withholds,
            List<String> hostModelLoses) {}

    /** All about a node. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record NodeDocument(
            String kind,
            String name,
            @Nullable Nodes alike,
            String hardware,
            String hardwareSource,
            int labelledFeatures,
            int labelledModels,
            String best,
            List<String> models,
            AnswerDocument alone,
            List<LackDocument> toNextLevel,
            List<String> remarks,
            List<NodeEffect> answers) {}

    FlagDocument flag(FlagAccount account) {
        return new FlagDocument(
                "flag",
                account.feature(),
                account.known(),
                spellings.others(account.feature()),
                account.fact().map(Facts.FlagFact::what).orElse(null),
                account.fact().map(Facts.FlagFact::note).orElse(null),
                account.fact().map(Facts.FlagFact::source).orElse(null),
                account.level() == AbiLevel.NONE ? null : account.level().label(),
                ages(account.firstModels()),
                account.migratable(),
                account.role().orElse(null),
                losses(account.losses()),
                account.stands().stream()
                        .map(stand -> new FlagStand(
                                nodes(stand.group()),
                                stand.standing().gives(),
                                stand.standing() instanceof Standing.Gives gives
                                        ? gives.proof().name()
                                        : null,
                                stand.standing() instanceof Standing.Lacks lacks
                                        ? lack(List.of(account.feature()), lacks.lack())
                                        : null))
                        .toList(),
                account.effects().stream()
                        .map(effect -> new FlagEffect(
                                effect.view().name(),
                                answer(effect.view().answer()),
                                effect.part().kind().name(),
                                effect.part().what(),
                                effect.part().why(),
                                effect.gains().stream().map(DocumentParts::gain).toList()))
                        .toList());
    }

    ModelDocument model(ModelAccount account) {
        CpuModel model = account.model();
        return new ModelDocument(
                "model",
                model.name(),
                model.vendor(),
                account.year().map(Facts.ModelYear::cpu).orElse(null),
                account.year().map(Facts.ModelYear::year).orElse(null),
                account.year().map(Facts.ModelYear::source).orElse(null),
                account.ofFeatures().label(),
                account.alone().label(),
                account.versions().stream().map(CpuModel::name).toList(),
                account.newer(),
                model.obsolete(),
                model.namedByLibvirt(),
                account.tsx(),
                model.libvirtRequires().names(),
                account.stands().stream()
                        .map(stand -> new ModelStand(
                                nodes(stand.group()),
                                stand.offers(),
                                stand.missing().names(),
                                lacks(stand.why())))
                        .toList(),
                account.effects().stream().map(Documents::effect).toList());
    }

    private static ModelEffect effect(ModelAccount.Effect effect) {
        return new ModelEffect(
                effect.view().name(),
                answer(effect.view().answer()),
                effect.chosen(),
                effect.behind().map(Criterion::name).orElse(null),
                answer(effect.byHand()),
                answer(effect.ifGiven()),
                effect.gains().names(),
                effect.losses().names(),
                !effect.sight().foreign().isEmpty(),
                effect.sight().old(),
                List.copyOf(effect.sight().mitigations()),
                effect.sight().topologyLost(),
                effect.withoutBlocking().map(DocumentParts::gain).orElse(null));
    }

    LevelDocument level(LevelAccount account) {
        return new LevelDocument(
                "level",
                account.level().label(),
                account.added().names(),
                account.below().names(),
                ages(account.firstModels()),
                account.uses().stream()
                        .filter(use -> use.level() == account.level())
                        .map(use -> new Use(use.kind(), use.who(), use.how(), use.words(), use.source()))
                        .toList(),
                losses(account.losses()),
                losses(account.lossesOfNone()),
                account.stands().stream()
                        .map(stand -> new LevelStand(
                                nodes(stand.group()),
                                stand.silicon().name(),
                                stand.hypervisor(),
                                stand.best().label(),
                                stand.alone().map(DocumentParts::answer).orElse(null),
                                stand.missing().names(),
                                lacks(stand.why())))
                        .toList(),
                account.effects().stream()
                        .map(effect -> new LevelEffect(
                                effect.view().name(),
                                answer(effect.view().answer()),
                                effect.reaches(),
                                effect.withoutBelow().map(DocumentParts::gain).orElse(null),
                                effect.given().map(DocumentParts::gain).orElse(null)))
                        .toList());
    }

    NodeDocument node(NodeAccount account, List<String> remarks) {
        NodeCpu node = account.node();
        return new NodeDocument(
                "node",
                node.name(),
                account.group().map(DocumentParts::nodes).orElse(null),
                node.evidence().silicon().provenLevel().label(),
                node.evidence().silicon().source().name(),
                node.evidence().labelledFeatures().size(),
                node.evidence().labelledModels().size(),
                account.best().label(),
                account.models(),
                answer(account.alone()),
                lacks(account.toNextLevel()),
                remarks,
                account.effects().stream().map(Documents::effect).toList());
    }

    private static NodeEffect effect(NodeAccount.Effect effect) {
        return new NodeEffect(
                effect.view().name(),
                answer(effect.view().answer()),
                effect.cost().cpuClass().nodes().size(),
                effect.without().map(DocumentParts::gain).orElse(null),
                effect.cost().lacks().names(),
                effect.limits().stream()
                        .map(limit -> limit.model().isEmpty() ? limit.level().label() : limit.model())
                        .toList(),
                effect.withheld().stream()
                        .flatMap(withheld -> withheld.mitigations().stream())
                        .toList(),
                effect.hostModelLoses()
                        .nesting()
                        .union(effect.hostModelLoses().mitigations())
                        .union(effect.hostModelLoses().hardening())
                        .union(effect.hostModelLoses().immunity())
                        .names());
    }
}
