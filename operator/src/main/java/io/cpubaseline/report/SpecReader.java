package io.cpubaseline.report;

import io.cpubaseline.LabelSelector;
import io.cpubaseline.LabelSelector.Expression;
import io.cpubaseline.LabelSelector.Operator;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.AbiLevelBounds;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.CpuModelPolicy;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Profile;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spec into values of the engine. What the schema refuses may still arrive here (an older schema, a file): every oddity becomes a
 * {@link Problem}, never an exception.
 */
public final class SpecReader {

    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private final CpuCatalog catalog;
    private final List<Problem> problems = new ArrayList<>();

    private SpecReader(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * What a spec asks for.
     *
     * @param policy the policy; parts that can't be followed are left out of it
     * @param nodes which nodes are meant; null if the selector can't be evaluated: it selects nothing
     * @param virtualMachines which virtual machines are meant; null if there are none
     * @param problems all that can't be followed
     */
    public record Intent(
            Policy policy,
            @Nullable LabelSelector nodes,
            @Nullable VirtualMachineIntent virtualMachines,
            List<Problem> problems) {}

    /**
     * Which virtual machines are meant, and what to do with them.
     *
     * @param namespaces by the labels of their namespace
     * @param selector by the labels of their template
     * @param patch whether to write; otherwise only what would happen is counted
     * @param remove whether to give back what is held in virtual machines that are not to have the baseline any more
     */
    public record VirtualMachineIntent(
            LabelSelector namespaces, LabelSelector selector, boolean patch, boolean remove) {}

    /**
     * Reads a spec.
     *
     * @param spec the spec
     * @param catalog the known models and features
     * @param labelledModels models that some node labels: these may be named even where the catalog lacks them
     * @param labelledFeatures features that some node labels
     */
    public static Intent read(
            ClusterCpuBaselineSpec spec, CpuCatalog catalog, Set<String> labelledModels, FeatureSet labelledFeatures) {
        SpecReader reader = new SpecReader(catalog);
        Policy policy = reader.policy(spec, labelledModels, labelledFeatures);
        LabelSelector nodes = reader.selector("spec.nodeSelector", spec.nodeSelector());
        VirtualMachineIntent virtualMachines = reader.virtualMachines(spec);
        return new Intent(policy, nodes, virtualMachines, List.copyOf(reader.problems));
    }

    private Policy policy(ClusterCpuBaselineSpec spec, Set<String> labelledModels, FeatureSet labelledFeatures) {
        AbiLevelBounds bounds = spec.abiLevel();
        CpuModelPolicy models = spec.cpuModel();
        Set<String> excludedModels = Set.of();
        String modelName = null;
        if (models != null) {
            modelName = models.name();
            excludedModels = Set.copyOf(models.exclude());
            named(modelName, excludedModels, labelledModels);
            excludedModels.stream()
                    .filter(name -> catalog.model(name).isEmpty() && !labelledModels.contains(name))
                    .sorted()
                    .forEach(name -> unknownModel("spec.cpuModel.exclude", name));
        }
        AbiLevel minimum = level("spec.abiLevel.minimum", bounds == null ? null : bounds.minimum(), AbiLevel.NONE);
        AbiLevel maximum = level("spec.abiLevel.maximum", bounds == null ? null : bounds.maximum(), AbiLevel.V4);
        if (!maximum.atLeast(minimum)) {
            invalid("spec.abiLevel: minimum %s is above maximum %s; lower the minimum or raise the maximum."
                    .formatted(minimum, maximum));
        }
        FeatureSet required = features("spec.features.require", spec.features().require(), labelledFeatures);
        FeatureSet excluded = features("spec.features.exclude", spec.features().exclude(), labelledFeatures);
        required.intersect(excluded).stream()
                .forEach(feature ->
                        invalid("spec.features: %s is required and excluded at once; remove it from one of the lists."
                                .formatted(feature)));
        int stabilization = spec.changes().lower().stabilizationSeconds();
        if (stabilization < 0) {
            invalid("spec.changes.lower.stabilizationSeconds: %d is negative; 0 means at once."
                    .formatted(stabilization));
        }
        return new Policy(
                oneOf("spec.vendors", spec.vendors(), Vendors.values(), Vendors.Single),
                minimum,
                maximum,
                modelName,
                excludedModels,
                oneOf("spec.features.profile", spec.features().profile(), Profile.values(), Profile.Performance),
                required,
                excluded);
    }

    private void named(@Nullable String model, Set<String> excluded, Set<String> labelled) {
        if (model == null) {
            return;
        }
        if (excluded.contains(model)) {
            invalid("spec.cpuModel: %s is named and excluded at once; remove it from exclude, or name another."
                    .formatted(model));
        }
        if (catalog.model(model).isPresent()) {
            return;
        }
        if (labelled.contains(model)) {
            problem(
                    Reason.UnknownModel,
                    "spec.cpuModel.name: nodes have the CPU model %s, but catalog %s doesn't, so what guests would get is not known. Name another model, or use a newer version of this program."
                            .formatted(model, catalog.version()));
        } else {
            unknownModel("spec.cpuModel.name", model);
        }
    }

    private void unknownModel(String field, String name) {
        List<String> known = catalog.models().stream()
                .filter(model -> !model.obsolete())
                .map(CpuModel::name)
                .toList();
        problem(
                Reason.UnknownModel,
                "%s: there is no CPU model \"%s\" in catalog %s, nor on any node. %s"
                        .formatted(
                                field,
                                name,
                                catalog.version(),
                                remedy(Spelling.nearest(name, known), "Haswell-noTSX-IBRS")));
    }

    private static String remedy(Optional<String> meant, String example) {
        return meant.map("Did you mean %s? Correct it or take it out."::formatted)
                .orElse("Names are libvirt's, for example %s; correct it or take it out.".formatted(example));
    }

    private void invalid(String message) {
        problem(Reason.InvalidSpec, message);
    }

    private void problem(Reason reason, String message) {
        Problem problem = new Problem(reason, message);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    private AbiLevel level(String field, @Nullable String label, AbiLevel otherwise) {
        if (label == null) {
            return otherwise;
        }
        Optional<AbiLevel> level = AbiLevel.parse(label).filter(found -> found != AbiLevel.NONE);
        if (level.isEmpty()) {
            invalid("%s: \"%s\" is not a level; expected x86-64-v1, x86-64-v2, x86-64-v3 or x86-64-v4."
                    .formatted(field, label));
        }
        return level.orElse(otherwise);
    }

    private <E extends Enum<E>> E oneOf(String field, String text, E[] values, E otherwise) {
        for (E value : values) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        invalid("%s: \"%s\" is not known here; expected %s."
                .formatted(field, text, Stream.of(values).map(Enum::name).collect(Collectors.joining(" or "))));
        return otherwise;
    }

    /** libvirt's names of the features; QEMU's spellings are accepted. */
    private FeatureSet features(String field, List<String> names, FeatureSet labelled) {
        List<String> known = new ArrayList<>();
        for (String name : names) {
            Optional<String> feature = labelled.contains(name) ? Optional.of(name) : catalog.featureName(name);
            feature.ifPresentOrElse(known::add, () -> unknownFeature(field, name));
        }
        return FeatureSet.copyOf(known);
    }

    private void unknownFeature(String field, String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        Optional<String> meant = Stream.of(
                        lowerCase, lowerCase.replace('_', '-'), lowerCase.replace('-', '_'), lowerCase.replace("-", ""))
                .flatMap(spelling -> catalog.featureName(spelling).stream())
                .findFirst()
                .or(() -> Spelling.nearest(name, catalog.featureSpellings()).flatMap(catalog::featureName));
        problem(
                Reason.UnknownFeature,
                "%s: there is no CPU feature \"%s\" in catalog %s, nor on any node. %s"
                        .formatted(field, name, catalog.version(), remedy(meant, "avx2, sse4.1 or lahf_lm")));
    }

    private @Nullable VirtualMachineIntent virtualMachines(ClusterCpuBaselineSpec spec) {
        var policy = spec.virtualMachines();
        if (policy == null) {
            return null;
        }
        var namespaceSelector = policy.namespaceSelector();
        var vmSelector = policy.selector();
        if (namespaceSelector == null || vmSelector == null) {
            problem(
                    Reason.InvalidSelector,
                    "spec.virtualMachines: namespaceSelector and selector must both be given; {} selects everything.");
            return null;
        }
        LabelSelector namespaces = selector("spec.virtualMachines.namespaceSelector", namespaceSelector);
        LabelSelector selector = selector("spec.virtualMachines.selector", vmSelector);
        boolean known = Set.of("Observe", "Patch").contains(policy.mode());
        if (!known) {
            invalid("spec.virtualMachines.mode: \"%s\" is not known here; expected Observe or Patch."
                    .formatted(policy.mode()));
        }
        if (!Set.of("Retain", "Remove").contains(policy.releasePolicy())) {
            invalid("spec.virtualMachines.releasePolicy: \"%s\" is not known here; expected Retain or Remove."
                    .formatted(policy.releasePolicy()));
        }
        // In a mode that isn't known nothing is given back either.
        boolean remove = known && policy.releasePolicy().equals("Remove");
        return namespaces == null || selector == null
                ? null
                : new VirtualMachineIntent(namespaces, selector, policy.mode().equals("Patch"), remove);
    }

    private @Nullable LabelSelector selector(String field, io.cpubaseline.api.v1alpha1.LabelSelector selector) {
        int before = problems.size();
        selector.matchLabels().forEach((key, value) -> {
            key(field + ".matchLabels", key);
            value("%s.matchLabels[%s]".formatted(field, key), value);
        });
        List<Expression> expressions = new ArrayList<>();
        for (int i = 0; i < selector.matchExpressions().size(); i++) {
            var term = selector.matchExpressions().get(i);
            String at = "%s.matchExpressions[%d]".formatted(field, i);
            key(at + ".key", term.key());
            term.values().forEach(value -> value(at + ".values", value));
            operator(at, term)
                    .ifPresent(operator ->
                            expressions.add(new Expression(term.key(), operator, Set.copyOf(term.values()))));
        }
        return problems.size() == before ? new LabelSelector(selector.matchLabels(), expressions) : null;
    }

    private Optional<Operator> operator(String at, io.cpubaseline.api.v1alpha1.LabelSelector.Requirement term) {
        for (Operator operator : Operator.values()) {
            if (operator.name().equals(term.operator())) {
                boolean takesValues = operator == Operator.In || operator == Operator.NotIn;
                if (takesValues == term.values().isEmpty()) {
                    problem(
                            Reason.InvalidSelector,
                            "%s: operator %s %s."
                                    .formatted(
                                            at,
                                            operator,
                                            takesValues
                                                    ? "needs values; name at least one, or use Exists or DoesNotExist"
                                                    : "takes no values; remove them, or use In or NotIn"));
                    return Optional.empty();
                }
                return Optional.of(operator);
            }
        }
        problem(
                Reason.InvalidSelector,
                "%s.operator: \"%s\" is not known; expected In, NotIn, Exists or DoesNotExist."
                        .formatted(at, term.operator()));
        return Optional.empty();
    }

    private void key(String at, String key) {
        if (!LABEL_KEY.matcher(key).matches()) {
            problem(
                    Reason.InvalidSelector,
                    "%s: \"%s\" is not a label's name; write [prefix/]name of letters, digits, '-', '_' and '.', for example example.com/tier."
                            .formatted(at, key));
        }
    }

    private void value(String at, String value) {
        if (!LABEL_VALUE.matcher(value).matches()) {
            problem(
                    Reason.InvalidSelector,
                    "%s: \"%s\" is not a label's value; write at most 63 letters, digits, '-', '_' and '.'."
                            .formatted(at, value));
        }
    }
}
