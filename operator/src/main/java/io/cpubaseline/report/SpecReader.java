package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.AbiLevelBounds;
import io.cpubaseline.api.v1alpha1.CapacityPolicy;
import io.cpubaseline.api.v1alpha1.ChangePolicy;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.CpuModelPolicy;
import io.cpubaseline.api.v1alpha1.LabelSelector;
import io.cpubaseline.api.v1alpha1.PlannedNode;
import io.cpubaseline.api.v1alpha1.RolloutPolicy;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Profile;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.change.MoveRules;
import io.cpubaseline.change.MoveRules.Way;
import io.cpubaseline.change.PlannedNodes;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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

    private static final Pattern PERCENT = Pattern.compile("(100|[1-9]?[0-9])%");
    private static final int NOTHING_HELD = 0;

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
     * @param steering what it says about moves of the pin
     * @param clusterDefault what to do about KubeVirt's own default model
     * @param namesCpus whether it names CPU models or features, which nodes may label though the catalog lacks them
     * @param problems all that can't be followed
     */
    public record Intent(
            Policy policy,
            @Nullable Selector nodes,
            @Nullable VirtualMachineIntent virtualMachines,
            Steering steering,
            DefaultMode clusterDefault,
            boolean namesCpus,
            List<Problem> problems) {

        /** Those of the nodes that are meant, in their order. */
        public List<NodeCpu> select(Collection<NodeCpu> all) {
            return nodes == null
                    ? List.of()
                    : all.stream()
                            .filter(node -> nodes.matches(node.labels()))
                            .collect(Collectors.toUnmodifiableList());
        }
    }

    /** What to do about the model that KubeVirt gives to virtual machines that name none. */
    public enum DefaultMode {
        /** To say what it is worth. */
        Report,
        /** To make it the pinned one. */
        Write,
        /** To say nothing. */
        Ignore
    }

    /**
     * What a user says about moves of the pin.
     *
     * @param paused whether it stays where it is, whatever happens
     * @param approvedRevision where it is to be; null if that isn't said
     * @param rules when it may go by itself
     * @param planned nodes that are still to come
     */
    public record Steering(
            boolean paused, @Nullable String approvedRevision, MoveRules rules, List<PlannedNodes.Group> planned) {

        /** Makes the list immutable. */
        public Steering {
            planned = List.copyOf(planned);
        }

        /**
         * The same where no time passes: what has to hold for some time is taken to have held for it.
         */
        public Steering withoutTime() {
            return new Steering(paused, approvedRevision, rules.atOnce(), planned);
        }

        /** What the nodes say is adopted at once. */
        public static Steering atOnce() {
            return new Steering(false, null, MoveRules.manual(Duration.ZERO, 0), List.of());
        }
    }

    /**
     * Which virtual machines are meant, and what to do with them.
     *
     * @param namespaces by the labels of their namespace
     * @param selector by the labels of their template
     * @param patch whether to write; otherwise only what would happen is counted
     * @param remove whether to give back what is held in virtual machines that are not to have the baseline any more
     * @param admission whether instances get it when they are created, and virtual machines stay as they are; not beside {@code patch}
     * @param rollout how fast and how far a revision spreads
     * @param nodes the baseline's nodes, by their labels; nothing if that can't be evaluated. Of several baselines that select a virtual machine
     *     the one gets it on whose nodes it runs
     */
    public record VirtualMachineIntent(
            Selector namespaces,
            Selector selector,
            boolean patch,
            boolean remove,
            boolean admission,
            Rollout rollout,
            Optional<Selector> nodes) {

        /** Whether both could select the same virtual machine, whatever virtual machines there are now. */
        public boolean overlaps(VirtualMachineIntent other) {
            return namespaces.overlaps(other.namespaces) && selector.overlaps(other.selector);
        }
    }

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
        Selector nodes = reader.selector("spec.nodeSelector", spec.nodeSelector());
        VirtualMachineIntent virtualMachines = reader.virtualMachines(spec, nodes);
        Steering steering = new Steering(
                spec.paused(),
                spec.approvedRevision(),
                reader.rules(spec.changes(), spec.capacity()),
                reader.planned(spec.plannedNodes()));
        DefaultMode clusterDefault = reader.oneOf(
                "spec.clusterDefault.mode", spec.clusterDefault().mode(), DefaultMode.values(), DefaultMode.Report);
        return new Intent(
                policy,
                nodes,
                virtualMachines,
                steering,
                clusterDefault,
                namesCpus(spec),
                List.copyOf(reader.problems));
    }

    private static boolean namesCpus(ClusterCpuBaselineSpec spec) {
        CpuModelPolicy models = spec.cpuModel();
        return models != null && (models.name() != null || !models.exclude().isEmpty())
                || !spec.features().require().isEmpty()
                || !spec.features().exclude().isEmpty();
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
                .filter(model -> !model.obsolete() && model.namedByLibvirt())
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
        problem(new Problem(reason, message));
    }

    private void problem(Problem problem) {
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

    private List<PlannedNodes.Group> planned(List<PlannedNode> nodes) {
        List<PlannedNodes.Group> groups = new ArrayList<>();
        for (PlannedNode node : nodes) {
            String field = "spec.plannedNodes[%s].model".formatted(node.name());
            if (node.count() < 1) {
                invalid("spec.plannedNodes[%s].count: %d is no number of nodes; expected 1 or more."
                        .formatted(node.name(), node.count()));
            }
            catalog.model(node.model())
                    .ifPresentOrElse(
                            model -> groups.add(new PlannedNodes.Group(node.name(), model, node.count())),
                            () -> unknownModel(field, node.model()));
        }
        return groups;
    }

    private MoveRules rules(ChangePolicy changes, CapacityPolicy capacity) {
        String raise = changes.raise().policy();
        if (raise.equals(MoveRules.Policy.ExtrasOnly.name())) {
            invalid(
                    "spec.changes.raise.policy: ExtrasOnly drops features, which no raise does; expected Manual or Automatic.");
        }
        return new MoveRules(
                new Way(
                        oneOf("spec.changes.raise.policy", raise, MoveRules.Policy.values(), MoveRules.Policy.Manual),
                        seconds(
                                "spec.changes.raise.stabilizationSeconds",
                                changes.raise().stabilizationSeconds())),
                new Way(
                        oneOf(
                                "spec.changes.lower.policy",
                                changes.lower().policy(),
                                MoveRules.Policy.values(),
                                MoveRules.Policy.Manual),
                        seconds(
                                "spec.changes.lower.stabilizationSeconds",
                                changes.lower().stabilizationSeconds())),
                percent("spec.capacity.minimum", capacity.minimum()));
    }

    private Duration seconds(String field, int seconds) {
        if (seconds < 0) {
            invalid("%s: %d is negative; 0 means at once.".formatted(field, seconds));
        }
        return Duration.ofSeconds(seconds);
    }

    private int percent(String field, String text) {
        if (PERCENT.matcher(text).matches()) {
            return Integer.parseInt(text.substring(0, text.length() - 1));
        }
        invalid("%s: \"%s\" is no share; expected a whole percentage from 0%% to 100%%.".formatted(field, text));
        return NOTHING_HELD;
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

    private @Nullable VirtualMachineIntent virtualMachines(ClusterCpuBaselineSpec spec, @Nullable Selector nodes) {
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
        Selector namespaces = selector("spec.virtualMachines.namespaceSelector", namespaceSelector);
        Selector selector = selector("spec.virtualMachines.selector", vmSelector);
        boolean known = Set.of("Observe", "Patch", "Admission").contains(policy.mode());
        if (!known) {
            invalid("spec.virtualMachines.mode: \"%s\" is not known here; expected Observe, Patch or Admission."
                    .formatted(policy.mode()));
        }
        if (!Set.of("Retain", "Remove").contains(policy.releasePolicy())) {
            invalid("spec.virtualMachines.releasePolicy: \"%s\" is not known here; expected Retain or Remove."
                    .formatted(policy.releasePolicy()));
        }
        Optional<Rollout> rollout = rollout(policy.rollout());
        // In a mode that isn't known, or where the limits can't be told, nothing is written and nothing given back.
        boolean remove = known && rollout.isPresent() && policy.releasePolicy().equals("Remove");
        boolean patch = rollout.isPresent() && policy.mode().equals("Patch");
        boolean admission = policy.mode().equals("Admission");
        return namespaces == null || selector == null
                ? null
                : new VirtualMachineIntent(
                        namespaces,
                        selector,
                        patch,
                        remove,
                        admission,
                        rollout.orElseGet(Rollout::byDefault),
                        Optional.ofNullable(nodes));
    }

    private Optional<Rollout> rollout(RolloutPolicy policy) {
        boolean valid = true;
        if (!Set.of("Always", "WhenStopped").contains(policy.when())) {
            invalid("spec.virtualMachines.rollout.when: \"%s\" is not known here; expected Always or WhenStopped."
                    .formatted(policy.when()));
            valid = false;
        }
        Optional<Share> maxUpdated = share("spec.virtualMachines.rollout.maxUpdated", policy.maxUpdated());
        Optional<Share> maxUnproven = share("spec.virtualMachines.rollout.maxUnproven", policy.maxUnproven());
        if (maxUnproven.isPresent() && maxUnproven.get().value() == 0) {
            invalid("spec.virtualMachines.rollout.maxUnproven: with %s nothing is ever proven; give at least 1."
                    .formatted(maxUnproven.get().percent() ? "0 percent" : "0"));
            valid = false;
        }
        valid &= notNegative("spec.virtualMachines.rollout.maxPerMinute", policy.maxPerMinute(), "no limit");
        valid &= notNegative("spec.virtualMachines.rollout.maxFailures", policy.maxFailures(), "the first one halts");
        return valid && maxUpdated.isPresent() && maxUnproven.isPresent()
                ? Optional.of(new Rollout(
                        policy.when().equals("WhenStopped"),
                        maxUpdated.get(),
                        maxUnproven.get(),
                        policy.maxPerMinute(),
                        policy.maxFailures()))
                : Optional.empty();
    }

    private Optional<Share> share(String field, String text) {
        Optional<Share> share = Share.parse(text);
        if (share.isEmpty()) {
            invalid("%s: \"%s\" is neither a number nor a percentage such as 10%%.".formatted(field, text));
        }
        return share;
    }

    private boolean notNegative(String field, int value, String meaningOfZero) {
        if (value < 0) {
            invalid("%s: %d is negative; 0 means: %s.".formatted(field, value, meaningOfZero));
        }
        return value >= 0;
    }

    private @Nullable Selector selector(String field, LabelSelector selector) {
        return SelectorReader.read(field, selector, this::problem);
    }
}
