package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Required features, grouped by why they are required: a quarter of the room that each with its own purpose takes. Names are libvirt's, sorted.
 *
 * @param level the ABI level needs them
 * @param hardening mitigations and hardening
 * @param performance instruction-set extras
 * @param policy {@code spec.features.require} asks for them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FeaturesByPurpose(
        List<String> level, List<String> hardening, List<String> performance, List<String> policy) {

    private static final String LEVEL = "Level";
    private static final String HARDENING = "Hardening";
    private static final String PERFORMANCE = "Performance";
    private static final String POLICY = "Policy";

    /** Makes the lists immutable. */
    public FeaturesByPurpose {
        level = Absent.toEmptyTexts(level);
        hardening = Absent.toEmptyTexts(hardening);
        performance = Absent.toEmptyTexts(performance);
        policy = Absent.toEmptyTexts(policy);
    }

    /** These features, grouped; null if there are none. A purpose that is not known counts as {@code Policy}, whose features stay. */
    static @Nullable FeaturesByPurpose of(List<RequiredFeature> features) {
        if (features.isEmpty()) {
            return null;
        }
        Map<String, List<String>> names = new TreeMap<>();
        features.forEach(feature -> names.computeIfAbsent(
                        switch (feature.purpose()) {
                            case LEVEL, HARDENING, PERFORMANCE -> feature.purpose();
                            default -> POLICY;
                        },
                        purpose -> new ArrayList<>())
                .add(feature.name()));
        return new FeaturesByPurpose(
                names.getOrDefault(LEVEL, List.of()),
                names.getOrDefault(HARDENING, List.of()),
                names.getOrDefault(PERFORMANCE, List.of()),
                names.getOrDefault(POLICY, List.of()));
    }

    /** Each with its own purpose, sorted by name. */
    List<RequiredFeature> each() {
        return Stream.of(of(level, LEVEL), of(hardening, HARDENING), of(performance, PERFORMANCE), of(policy, POLICY))
                .flatMap(features -> features)
                .sorted(Comparator.comparing(RequiredFeature::name))
                .toList();
    }

    private static Stream<RequiredFeature> of(List<String> names, String purpose) {
        return names.stream().map(name -> new RequiredFeature(name, purpose));
    }
}
