package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.FeaturesByPurpose;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.RevisionInUse;
import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of JSON a status may still take. Pinned baseline and candidate are never shortened; what explains them is. Sizes are estimates
 * from above.
 */
final class StatusBudget {

    /** 16 kB, less the numbers and the names of the parts: whoever watches baselines downloads each status again and again. */
    private static final int WATCHED = 15_650;

    /** Where nobody watches: the command line has the rest of the explanations, too. */
    private static final int PRINTED = 31_300;

    /** A text's quotes and what parts it from the next. */
    private static final int TEXT = 3;

    // What a part takes beside its texts: names of fields, numbers, times, levels.
    private static final int FIELDS_OF_CONDITION = 125;
    private static final int FIELDS_OF_FEATURE = 25;
    private static final int FIELDS_OF_PINNED = 140;
    private static final int FIELDS_OF_CANDIDATE = 190;
    private static final int FIELDS_OF_EARLIER = 115;
    private static final int FIELDS_OF_FIRST_STARTS = 60;
    private static final int FIELDS_OF_PURPOSES = 55;
    private static final int FIELDS_OF_VENDOR = 110;
    private static final int FIELDS_OF_REASON = 28;
    private static final int FIELD_OF_EXAMPLES = 14;
    private static final int FIELDS_OF_SHAPE = 55;
    private static final int FIELDS_OF_REVISION_IN_USE = 60;
    private static final int FIELDS_OF_DOMAIN = 27;
    private static final int FIELDS_OF_CLASS = 250;
    private static final int FIELDS_OF_LIMIT = 110;

    private final @Nullable StatusBudget whole;
    private int left;

    private StatusBudget(@Nullable StatusBudget whole, int left) {
        this.whole = whole;
        this.left = left;
    }

    /**
     * What a status leaves that has only what is never shortened.
     *
     * @param watched whether it is for an API server
     */
    static StatusBudget besides(ClusterCpuBaselineStatus decided, boolean watched) {
        int taken = decided.conditions().stream().mapToInt(StatusBudget::of).sum()
                + decided.migrationDomains().stream()
                        .mapToInt(domain -> FIELDS_OF_DOMAIN + of(domain.vendor()))
                        .sum();
        if (decided.pinned() != null) {
            taken += of(decided.pinned());
        }
        if (decided.candidate() != null) {
            taken += of(decided.candidate());
        }
        if (decided.firstStarts() != null) {
            taken += FIELDS_OF_FIRST_STARTS
                    + of(decided.firstStarts().revision())
                    + of(decided.firstStarts().except());
        }
        return new StatusBudget(null, (watched ? WATCHED : PRINTED) - taken);
    }

    /** For whoever wants all of it, whatever it takes: half of half of it is still more than any status. */
    static StatusBudget endless() {
        return new StatusBudget(null, Integer.MAX_VALUE);
    }

    /** Half of what is left; what is taken of it is taken of the whole. */
    StatusBudget half() {
        return new StatusBudget(this, left / 2);
    }

    /** Takes that much for what is never left out. */
    void mustTake(int size) {
        left -= size;
    }

    /** Takes that much, if there is room for it. */
    boolean takes(int size) {
        if (size > left || whole != null && !whole.takes(size)) {
            return false;
        }
        left -= size;
        return true;
    }

    /** The first ones that there is room for. */
    <T> List<T> first(Stream<T> all, ToIntFunction<T> size) {
        List<T> fitting = new ArrayList<>();
        for (Iterator<T> each = all.iterator(); each.hasNext(); ) {
            T next = each.next();
            if (!takes(size.applyAsInt(next))) {
                break;
            }
            fitting.add(next);
        }
        return List.copyOf(fitting);
    }

    /** The same, but where there is no room for even one, that one in brief. */
    <T> List<T> first(Stream<T> all, ToIntFunction<T> size, UnaryOperator<T> brief) {
        List<T> each = all.toList();
        List<T> fitting = first(each.stream(), size);
        return fitting.isEmpty() ? first(each.stream().limit(1).map(brief), size) : fitting;
    }

    /** All, if there is room for them; else none: a part would pass for the whole. */
    <T> List<T> whole(List<T> all, ToIntFunction<T> size) {
        return takes(all.stream().mapToInt(size).sum()) ? all : List.of();
    }

    static int of(@Nullable String text) {
        return text == null ? 0 : bytes(text) + TEXT;
    }

    /** What a text takes in JSON: the words of a webhook may be of any script, and full of quotes. */
    static int bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < ' ') {
                bytes += "\\u001f".length();
            } else if (character < 0x80) {
                bytes += character == '"' || character == '\\' ? 2 : 1;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }

    static int of(ReasonCount reason) {
        return FIELDS_OF_REASON + of(reason.reason()) + ofExamples(reason);
    }

    static int ofExamples(ReasonCount reason) {
        return reason.examples().isEmpty() ? 0 : FIELD_OF_EXAMPLES + of(reason.examples());
    }

    static int of(ShapeReport shape) {
        return FIELDS_OF_SHAPE + of(shape.shape()) + of(shape.examples());
    }

    static int of(RevisionInUse inUse) {
        return FIELDS_OF_REVISION_IN_USE + of(inUse.revision());
    }

    static int of(VendorBaseline vendor) {
        return FIELDS_OF_VENDOR
                + of(vendor.vendor())
                + of(vendor.revision())
                + of(vendor.cpuModel())
                + features(vendor.requiredFeatures());
    }

    static int of(LimitReport limit) {
        return FIELDS_OF_LIMIT
                + of(limit.cpuModel())
                + of(limit.examples())
                + of(limit.missingFeatures())
                + of(limit.message());
    }

    static int of(CpuClassReport report) {
        int size = FIELDS_OF_CLASS + of(report.name()) + of(report.examples()) + of(report.lacks());
        CpuClassReport.Without without = report.without();
        if (without != null) {
            size += of(without.cpuModel()) + of(without.gains());
        }
        CpuClassReport.HostModelLosses losses = report.hostModelLoses();
        if (losses != null) {
            size += of(losses.nesting()) + of(losses.mitigations()) + of(losses.hardening()) + of(losses.immunity());
        }
        return size;
    }

    static int of(Condition condition) {
        return FIELDS_OF_CONDITION + of(condition.type()) + of(condition.reason()) + of(condition.message());
    }

    static int of(PinnedBaseline pinned) {
        return FIELDS_OF_PINNED
                + of(pinned.revision())
                + of(pinned.cpuModel())
                + features(pinned.requiredFeatures())
                + of(pinned.vendor())
                + of(pinned.catalogVersion());
    }

    static int of(CandidateBaseline candidate) {
        return FIELDS_OF_CANDIDATE
                + of(candidate.revision())
                + of(candidate.cpuModel())
                + features(candidate.requiredFeatures())
                + of(candidate.catalogVersion())
                + of(candidate.reason())
                + of(candidate.impact());
    }

    static int of(EarlierBaseline earlier) {
        FeaturesByPurpose features = earlier.features();
        return FIELDS_OF_EARLIER
                + of(earlier.revision())
                + of(earlier.vendor())
                + of(earlier.catalogVersion())
                + (features == null
                        ? 0
                        : FIELDS_OF_PURPOSES
                                + of(features.level())
                                + of(features.hardening())
                                + of(features.performance())
                                + of(features.policy()));
    }

    private static int features(List<RequiredFeature> features) {
        return features.stream()
                .mapToInt(feature -> FIELDS_OF_FEATURE
                        + feature.name().length()
                        + feature.purpose().length())
                .sum();
    }

    private static int of(List<String> texts) {
        return texts.stream().mapToInt(StatusBudget::of).sum();
    }
}
