package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A label selector with the meaning of Kubernetes' {@code metav1.LabelSelector}: all terms must hold, and a selector without terms
 * selects everything. Nothing that was written is dropped, since that would widen the selection: a null becomes an empty value or
 * a term that can't be evaluated.
 *
 * @param matchLabels labels and the value that each must have, sorted by key
 * @param matchExpressions further terms
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LabelSelector(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> matchLabels,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Requirement> matchExpressions) {

    /** No terms: selects everything. */
    public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

    /** Makes both collections immutable. */
    public LabelSelector {
        matchLabels = sorted(matchLabels);
        matchExpressions = matchExpressions == null
                ? List.of()
                : matchExpressions.stream()
                        .map(term -> term == null ? Requirement.UNREADABLE : term)
                        .toList();
    }

    private static Map<String, String> sorted(@Nullable Map<String, String> labels) {
        var sorted = new TreeMap<String, String>();
        if (labels != null) {
            labels.forEach((key, value) -> sorted.put(key, Absent.toEmpty(value)));
        }
        return Collections.unmodifiableMap(sorted);
    }

    /**
     * One term of a label selector.
     *
     * @param key the label's key
     * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
     * @param values for {@code In} and {@code NotIn} at least one; for the others none
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Requirement(
            String key,
            String operator,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> values) {

        private static final Requirement UNREADABLE = new Requirement("", "", List.of());

        /** A missing key or operator becomes an empty one, which can't be evaluated. */
        public Requirement {
            key = Absent.toEmpty(key);
            operator = Absent.toEmpty(operator);
            values = Absent.toEmptyTexts(values);
        }
    }
}
