package io.cpubaseline.cli.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.explain.FlagAccount;
import io.cpubaseline.explain.Gain;
import io.cpubaseline.explain.Lack;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the explanations for programs have in common. */
final class DocumentParts {

    private DocumentParts() {}

    /** Nodes alike. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Nodes(
            List<String> names,
            String vendor,
            String state,
            @Nullable String reason) {}

    /** An answer: a baseline, or why there is none. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record AnswerDocument(
            @Nullable String revision,
            @Nullable String abiLevel,
            @Nullable String cpuModel,
            @Nullable List<String> requiredFeatures,
            @Nullable String reason,
            @Nullable String message) {}

    /** Why nodes lack something. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record LackDocument(
            List<String> features,
            String by,
            String why,
            String remedy,
            boolean mendable,
            String source,
            List<Lack.Look> look) {}

    /** What would be if the fleet were another one. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record GainDocument(
            String what,
            List<String> nodes,
            List<String> features,
            boolean changes,
            AnswerDocument answer,
            List<String> gained,
            List<String> lost) {}

    /** A model and when its CPU came. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ModelAge(
            String name,
            String vendor,
            @Nullable Integer year,
            @Nullable String source) {}

    /** What work loses. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Loss(List<String> features, String workload, String loses, String source) {}

    static Nodes nodes(NodeGroup group) {
        return new Nodes(
                group.names(),
                group.cpuClass().vendor(),
                group.state().name(),
                Optional.ofNullable(group.reason()).map(Enum::name).orElse(null));
    }

    static AnswerDocument answer(Answer answer) {
        if (answer instanceof Baseline baseline) {
            return new AnswerDocument(
                    baseline.revision(),
                    baseline.level().label(),
                    baseline.model().name(),
                    baseline.requiredFeatures().names(),
                    null,
                    null);
        }
        NoBaseline none = (NoBaseline) answer;
        return new AnswerDocument(null, null, null, null, none.reason().name(), none.message());
    }

    static GainDocument gain(Gain gain) {
        return new GainDocument(
                gain.what().name(),
                gain.classes().stream()
                        .map(CpuClass::nodes)
                        .flatMap(List::stream)
                        .map(NodeCpu::name)
                        .sorted()
                        .toList(),
                gain.features().names(),
                !gain.same(),
                answer(gain.after()),
                gain.gained().names(),
                gain.lost().names());
    }

    static List<LackDocument> lacks(Map<String, Lack> lacks) {
        Map<Lack, List<String>> byCause = new LinkedHashMap<>();
        lacks.forEach((feature, lack) -> byCause.merge(lack, List.of(feature), DocumentParts::both));
        return byCause.entrySet().stream()
                .map(same -> lack(same.getValue(), same.getKey()))
                .toList();
    }

    private static List<String> both(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    static LackDocument lack(List<String> features, Lack lack) {
        return new LackDocument(
                features, lack.by().name(), lack.why(), lack.remedy(), lack.mendable(), lack.source(), lack.look());
    }

    static List<ModelAge> ages(List<FlagAccount.FirstModel> models) {
        return models.stream()
                .map(first -> new ModelAge(
                        first.model().name(),
                        first.model().vendor(),
                        first.year().map(Facts.ModelYear::year).orElse(null),
                        first.year().map(Facts.ModelYear::source).orElse(null)))
                .toList();
    }

    static List<Loss> losses(List<Facts.WorkloadLoss> losses) {
        return losses.stream()
                .map(loss -> new Loss(loss.features().names(), loss.workload(), loss.loses(), loss.source()))
                .toList();
    }
}
