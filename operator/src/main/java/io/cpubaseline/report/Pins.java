package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.AbiLevel;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Pinned baselines and candidates, as they are written to a status and read back from it. What can't be read is left out. */
final class Pins {

    private Pins() {}

    static PinnedBaseline pinned(Pin pin) {
        return new PinnedBaseline(
                pin.revision(),
                pin.cpuModel(),
                pin.level().label(),
                required(pin.required()),
                pin.vendor(),
                StatusReport.time(pin.since()),
                pin.catalogVersion());
    }

    static CandidateBaseline candidate(Candidate candidate, Observation observation) {
        Pin pin = candidate.pin();
        String impact = (candidate.impact() + CandidateNumbers.of(candidate, observation)).trim();
        return new CandidateBaseline(
                pin.revision(),
                pin.cpuModel(),
                pin.level().label(),
                required(pin.required()),
                observation.now() == null ? null : StatusReport.time(candidate.since()),
                pin.catalogVersion(),
                candidate.direction().name(),
                candidate.trigger().name(),
                candidate.reason(),
                impact.isEmpty() ? null : impact);
    }

    static List<RequiredFeature> required(SortedMap<String, Purpose> required) {
        return required.entrySet().stream()
                .map(entry ->
                        new RequiredFeature(entry.getKey(), entry.getValue().name()))
                .toList();
    }

    /** The pin, if it is one: a revision that contradicts its model and features shows that somebody has edited the status. */
    static @Nullable Pin pin(@Nullable PinnedBaseline pinned) {
        if (pinned == null || pinned.cpuModel().isEmpty()) {
            return null;
        }
        Pin pin = new Pin(
                pinned.cpuModel(),
                purposes(pinned.requiredFeatures()),
                level(pinned.abiLevel()),
                pinned.vendor(),
                instant(pinned.since()),
                pinned.catalogVersion() == null ? "" : pinned.catalogVersion());
        return pin.revision().equals(pinned.revision()) ? pin : null;
    }

    static @Nullable Candidate candidate(CandidateBaseline candidate) {
        Instant since = instant(candidate.since());
        if (candidate.cpuModel().isEmpty() || since == null) {
            return null;
        }
        Pin pin = new Pin(
                candidate.cpuModel(),
                purposes(candidate.requiredFeatures()),
                level(candidate.abiLevel()),
                null,
                null,
                candidate.catalogVersion() == null ? "" : candidate.catalogVersion());
        return new Candidate(
                pin,
                oneOf(Candidate.Direction.values(), candidate.direction(), Candidate.Direction.Sideways),
                oneOf(Candidate.Trigger.values(), candidate.trigger(), Candidate.Trigger.Evidence),
                since,
                Objects.requireNonNullElse(candidate.reason(), ""),
                // It is told, not remembered: the next decision says it anew.
                "");
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
}
