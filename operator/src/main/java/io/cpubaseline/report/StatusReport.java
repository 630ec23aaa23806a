package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.Losses;
import io.cpubaseline.baseline.Explanation.VendorAnswer;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.virtualmachine.Tally;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Maps what was found and decided to the status of a ClusterCpuBaseline. Lists are bounded, and the explanations take only the room that the
 * rest leaves, so that a status has at most 32 kB on any cluster.
 */
public final class StatusReport {

    private static final int CLASSES = 16;
    private static final int LIMITS = 8;
    private static final int VENDORS = 16;
    private static final int COMMON_FEATURES = 512;
    private static final int EXAMPLES = 5;
    private static final int FEW_CLASSES = 6;
    private static final int FEATURES_OF_FEW = 32;
    private static final int FEATURES_OF_MANY = 12;
    private static final int MISSING_FEATURES = 16;
    private static final int SIMILAR_MODELS = 3;
    private static final int LONGEST_NAMES = 160;

    private StatusReport() {}

    /**
     * The status for an observation.
     *
     * @param observation what was found and decided
     * @param before the status so far, whose transition times go on where nothing changed; null if there is none
     */
    public static ClusterCpuBaselineStatus of(Observation observation, @Nullable ClusterCpuBaselineStatus before) {
        Remembered remembered = observation.decision().next();
        Explanation explanation = observation.plan().explanation();
        Fleet fleet = observation.plan().fleet();
        Pin pin = remembered.pinned();
        int schedulable = pin == null ? 0 : fleet.schedulable(pin.criteria());
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        ClusterCpuBaselineStatus decided = new ClusterCpuBaselineStatus(
                observation.generation(),
                Conditions.of(observation, schedulable, before == null ? List.of() : before.conditions()),
                pin == null ? null : pinned(pin),
                remembered.candidate() == null ? null : candidate(Objects.requireNonNull(remembered.candidate())),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                domains(explanation.domains()),
                null,
                remembered.history().stream().map(StatusReport::pinned).toList());
        Room room = Room.besides(decided);
        NodeCounts nodes = nodeCounts(fleet, schedulable, room);
        VirtualMachineCounts counts = virtualMachines == null ? null : counts(virtualMachines.tally(), room);
        List<VendorBaseline> vendors = room.first(
                explanation.vendorBaselines().stream().limit(VENDORS).map(StatusReport::vendorBaseline), Room::of);
        List<String> common = room.first(explanation.common().stream().limit(COMMON_FEATURES), Room::of);
        List<LimitReport> limits =
                room.half().first(explanation.limits().stream().limit(LIMITS).map(StatusReport::limit), Room::of);
        List<CpuClassReport> classes =
                room.first(classes(explanation, observation.plan().answer()), Room::of);
        return new ClusterCpuBaselineStatus(
                decided.observedGeneration(),
                decided.conditions(),
                decided.pinned(),
                decided.candidate(),
                common,
                nodes,
                classes,
                limits,
                vendors,
                decided.migrationDomains(),
                counts,
                decided.history());
    }

    /** What a status remembers: the way back from {@link #of}. What can't be read is left out. */
    public static Remembered remembered(@Nullable ClusterCpuBaselineStatus status) {
        if (status == null) {
            return Remembered.nothing();
        }
        CandidateBaseline candidate = status.candidate();
        return new Remembered(
                pin(status.pinned()),
                candidate == null ? null : candidate(candidate),
                status.history().stream()
                        .flatMap(entry -> Stream.ofNullable(pin(entry)))
                        .toList());
    }

    /** A time as the API writes it: RFC 3339 in whole seconds. */
    static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static PinnedBaseline pinned(Pin pin) {
        return new PinnedBaseline(
                pin.revision(),
                pin.cpuModel(),
                pin.level().label(),
                required(pin.required()),
                time(pin.since()),
                pin.catalogVersion());
    }

    private static CandidateBaseline candidate(Candidate candidate) {
        Pin pin = candidate.pin();
        return new CandidateBaseline(
                pin.revision(),
                pin.cpuModel(),
                pin.level().label(),
                required(pin.required()),
                time(candidate.since()),
                pin.catalogVersion(),
                candidate.direction().name(),
                candidate.trigger().name(),
                candidate.reason(),
                candidate.impact().isEmpty() ? null : candidate.impact());
    }

    private static List<RequiredFeature> required(SortedMap<String, Purpose> required) {
        return required.entrySet().stream()
                .map(entry ->
                        new RequiredFeature(entry.getKey(), entry.getValue().name()))
                .toList();
    }

    private static @Nullable Pin pin(@Nullable PinnedBaseline pinned) {
        return pinned == null || pinned.cpuModel().isEmpty()
                ? null
                : new Pin(
                        pinned.cpuModel(),
                        purposes(pinned.requiredFeatures()),
                        level(pinned.abiLevel()),
                        instant(pinned.since()),
                        pinned.catalogVersion() == null ? "" : pinned.catalogVersion());
    }

    private static @Nullable Candidate candidate(CandidateBaseline candidate) {
        Instant since = instant(candidate.since());
        if (candidate.cpuModel().isEmpty() || since == null) {
            return null;
        }
        Pin pin = new Pin(
                candidate.cpuModel(),
                purposes(candidate.requiredFeatures()),
                level(candidate.abiLevel()),
                null,
                candidate.catalogVersion() == null ? "" : candidate.catalogVersion());
        return new Candidate(
                pin,
                oneOf(Candidate.Direction.values(), candidate.direction(), Candidate.Direction.Sideways),
                oneOf(Candidate.Trigger.values(), candidate.trigger(), Candidate.Trigger.Evidence),
                since,
                Objects.requireNonNullElse(candidate.reason(), ""),
                Objects.requireNonNullElse(candidate.impact(), ""));
    }

    private static SortedMap<String, Purpose> purposes(List<RequiredFeature> features) {
        SortedMap<String, Purpose> purposes = new TreeMap<>();
        features.forEach(
                feature -> purposes.put(feature.name(), oneOf(Purpose.values(), feature.purpose(), Purpose.Policy)));
        return purposes;
    }

    private static <E extends Enum<E>> E oneOf(E[] values, @Nullable String name, E otherwise) {
        for (E value : values) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        return otherwise;
    }

    private static AbiLevel level(@Nullable String label) {
        return label == null ? AbiLevel.NONE : AbiLevel.parse(label).orElse(AbiLevel.NONE);
    }

    private static @Nullable Instant instant(@Nullable String time) {
        try {
            return time == null ? null : Instant.parse(time);
        } catch (java.time.format.DateTimeParseException e) {
            return null;
        }
    }

    private static NodeCounts nodeCounts(Fleet fleet, int schedulable, Room room) {
        List<ReasonCount> reasons = new ArrayList<>();
        for (State state : List.of(State.UNKNOWN, State.UNFIT)) {
            fleet.byReason(state)
                    .forEach((reason, nodes) ->
                            reasons.add(new ReasonCount(reason.name(), nodes.size(), names(nodes, EXAMPLES))));
        }
        return new NodeCounts(
                fleet.selected(),
                fleet.count(State.CONTRIBUTING),
                schedulable,
                fleet.count(State.UNKNOWN),
                fleet.count(State.UNFIT),
                fitting(reasons, room));
    }

    /** Every reason with its count, and with examples as far as there is room. */
    private static List<ReasonCount> fitting(List<ReasonCount> reasons, Room room) {
        return reasons.stream()
                .map(reason -> room.takes(Room.of(reason))
                        ? reason
                        : new ReasonCount(reason.reason(), reason.count(), List.of()))
                .toList();
    }

    private static Stream<CpuClassReport> classes(Explanation explanation, Answer answer) {
        int features = explanation.classes().size() <= FEW_CLASSES ? FEATURES_OF_FEW : FEATURES_OF_MANY;
        boolean alone = explanation.classes().size() == 1;
        return explanation.classes().stream().limit(CLASSES).map(cost -> classReport(cost, answer, alone, features));
    }

    private static CpuClassReport classReport(ClassCost cost, Answer answer, boolean alone, int features) {
        CpuClass cpuClass = cost.cpuClass();
        Losses losses = cost.loses();
        boolean nothingLost = losses.nesting()
                .union(losses.mitigations())
                .union(losses.hardening())
                .union(losses.immunity())
                .isEmpty();
        return new CpuClassReport(
                cpuClass.name(),
                cpuClass.vendor().isEmpty() ? null : cpuClass.vendor(),
                cpuClass.nodes().size(),
                names(cpuClass.nodes(), EXAMPLES),
                cost.ownLevel().label(),
                first(cost.lacks(), features),
                alone ? null : without(cost.without(), answer, features),
                nothingLost
                        ? null
                        : new CpuClassReport.HostModelLosses(
                                first(losses.nesting(), features),
                                first(losses.mitigations(), features),
                                first(losses.hardening(), features),
                                first(losses.immunity(), features)),
                false);
    }

    private static CpuClassReport.Without without(Answer without, Answer answer, int features) {
        Baseline baseline = without.baseline().orElse(null);
        if (baseline == null) {
            return new CpuClassReport.Without(null, null, List.of());
        }
        FeatureSet now = answer.baseline().map(Baseline::guestFeatures).orElse(baseline.guestFeatures());
        return new CpuClassReport.Without(
                baseline.level().label(),
                baseline.model().name(),
                first(baseline.guestFeatures().minus(now), features));
    }

    private static LimitReport limit(Limit limit) {
        List<NodeCpu> nodes =
                limit.blocking().stream().flatMap(c -> c.nodes().stream()).toList();
        List<String> examples = names(nodes, EXAMPLES);
        String what = limit.model().isEmpty()
                ? limit.level().label()
                : "%s (%s%s)".formatted(limit.model(), limit.level().label(), similar(limit.similar()));
        String lacking = limit.missing().isEmpty()
                ? "KubeVirt does not label it there"
                : "%s %s".formatted(nodes.size() == 1 ? "it lacks" : "they lack", someOf(limit.missing()));
        return new LimitReport(
                limit.level().label(),
                limit.model().isEmpty() ? null : limit.model(),
                nodes.size(),
                examples,
                first(limit.missing(), MISSING_FEATURES),
                "%s is not possible on %d %s (%s%s): %s."
                        .formatted(
                                what,
                                nodes.size(),
                                nodes.size() == 1 ? "node" : "nodes",
                                String.join(", ", examples),
                                nodes.size() > examples.size() ? ", …" : "",
                                lacking));
    }

    private static String someOf(FeatureSet missing) {
        String named = String.join(" ", first(missing, MISSING_FEATURES));
        int more = missing.size() - MISSING_FEATURES;
        return more > 0 ? "%s and %d more".formatted(named, more) : named;
    }

    private static String similar(List<String> models) {
        int named = Math.min(SIMILAR_MODELS, models.size());
        return models.isEmpty()
                ? ""
                : "; likewise %s%s"
                        .formatted(
                                String.join(", ", models.subList(0, named)),
                                models.size() > named ? " and %d more".formatted(models.size() - named) : "");
    }

    private static VendorBaseline vendorBaseline(VendorAnswer vendor) {
        Baseline baseline = vendor.answer().baseline().orElse(null);
        if (baseline == null) {
            return new VendorBaseline(vendor.vendor(), vendor.nodes(), null, null, null, List.of());
        }
        return new VendorBaseline(
                vendor.vendor(),
                vendor.nodes(),
                baseline.revision(),
                baseline.model().name(),
                baseline.level().label(),
                required(baseline.required()));
    }

    private static List<MigrationDomainReport> domains(Map<String, Integer> domains) {
        return domains.entrySet().stream()
                .limit(VENDORS)
                .map(entry -> new MigrationDomainReport(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static VirtualMachineCounts counts(Tally tally, Room room) {
        List<ReasonCount> reasons = new TreeMap<>(tally.reasons())
                .entrySet().stream()
                        .map(entry -> new ReasonCount(
                                entry.getKey().name(),
                                entry.getValue(),
                                readable(tally.examples(entry.getKey()).stream(), EXAMPLES)))
                        .toList();
        return new VirtualMachineCounts(
                tally.selected(),
                tally.in(Tally.State.APPLIED),
                tally.in(Tally.State.PENDING),
                tally.in(Tally.State.CONFLICTING),
                tally.in(Tally.State.REFUSED),
                tally.in(Tally.State.SKIPPED),
                tally.pendingRestart(),
                fitting(reasons, room));
    }

    static List<String> names(Collection<NodeCpu> nodes, int limit) {
        return readable(nodes.stream().map(NodeCpu::name), limit);
    }

    /** The first of these names in their order, and fewer where they are long: a list that people read. */
    private static List<String> readable(Stream<String> names, int limit) {
        List<String> first = new ArrayList<>();
        int length = 0;
        for (String name : names.sorted().limit(limit).toList()) {
            length += name.length();
            if (first.isEmpty() || length <= LONGEST_NAMES) {
                first.add(name);
            }
        }
        return List.copyOf(first);
    }

    private static List<String> first(FeatureSet features, int limit) {
        return features.stream().limit(limit).toList();
    }
}
