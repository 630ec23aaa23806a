package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A part that takes more than was reckoned with makes a status too big; one that takes less keeps others out. */
class StatusBudgetTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REVISION = "Skylake-Server-noTSX-IBRS-0123456789";
    private static final String MODEL = "Skylake-Server-noTSX-IBRS";
    private static final String TIME = "2026-01-01T00:00:00Z";
    private static final String VERSION = "2026.11.30";
    private static final List<RequiredFeature> FEATURES =
            List.of(new RequiredFeature("avx2", "Level"), new RequiredFeature("smep", "Hardening"));
    private static final List<String> NAMES = List.of("node-1", "node-2");

    /** Each at its largest: every field is there, and numbers are as large as they get on 5,000 nodes. */
    static Stream<Arguments> parts() {
        FeaturesByPurpose grouped =
                new FeaturesByPurpose(List.of("avx2", "bmi1"), List.of("smep"), List.of("aes"), List.of("rdrand"));
        return Stream.of(
                Arguments.of(
                        StatusBudget.of(new Condition(
                                "CandidatePending", "Unknown", 12_345L, TIME, "UpToDate", "A \"message\".")),
                        new Condition("CandidatePending", "Unknown", 12_345L, TIME, "UpToDate", "A \"message\".")),
                Arguments.of(
                        StatusBudget.of(
                                new PinnedBaseline(REVISION, MODEL, "x86-64-v4", FEATURES, "Hygon", TIME, VERSION)),
                        new PinnedBaseline(REVISION, MODEL, "x86-64-v4", FEATURES, "Hygon", TIME, VERSION)),
                Arguments.of(StatusBudget.of(candidate()), candidate()),
                Arguments.of(
                        StatusBudget.of(new EarlierBaseline(REVISION, "x86-64-v4", grouped, "Hygon", TIME, VERSION)),
                        new EarlierBaseline(REVISION, "x86-64-v4", grouped, "Hygon", TIME, VERSION)),
                Arguments.of(
                        StatusBudget.of(new ReasonCount("PendingRestart", 10_000, NAMES)),
                        new ReasonCount("PendingRestart", 10_000, NAMES)),
                Arguments.of(
                        StatusBudget.of(new ShapeReport("machine type q35", 10_000, 5_000, NAMES)),
                        new ShapeReport("machine type q35", 10_000, 5_000, NAMES)),
                Arguments.of(
                        StatusBudget.of(new RevisionInUse(REVISION, 10_000, 5_000)),
                        new RevisionInUse(REVISION, 10_000, 5_000)),
                Arguments.of(
                        StatusBudget.of(new VendorBaseline("Intel", 5_000, REVISION, MODEL, "x86-64-v4", FEATURES)),
                        new VendorBaseline("Intel", 5_000, REVISION, MODEL, "x86-64-v4", FEATURES)),
                Arguments.of(StatusBudget.of(limit()), limit()),
                Arguments.of(StatusBudget.of(cpuClass()), cpuClass()));
    }

    private static CandidateBaseline candidate() {
        return new CandidateBaseline(
                REVISION, MODEL, "x86-64-v4", FEATURES, TIME, VERSION, "Sideways", "PlannedNodes", "Why.", "What.");
    }

    private static LimitReport limit() {
        return new LimitReport("x86-64-v4", MODEL, 5_000, NAMES, List.of("avx512f"), "A sentence.");
    }

    private static CpuClassReport cpuClass() {
        return new CpuClassReport(
                "node-1",
                "Hygon",
                5_000,
                NAMES,
                "x86-64-v4",
                List.of("avx2"),
                new CpuClassReport.Without("x86-64-v4", MODEL, List.of("avx2")),
                new CpuClassReport.HostModelLosses(
                        List.of("vmx"), List.of("spec-ctrl"), List.of("smep"), List.of("mds-no")),
                true);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("parts")
    void a_part_takes_what_was_reckoned_with_or_a_little_less(int reckoned, Object part)
            throws JsonProcessingException {
        // When
        int taken = JSON.writeValueAsString(part).getBytes(StandardCharsets.UTF_8).length + ",".length();

        // Then
        assertThat(taken).isBetween(reckoned - 25, reckoned);
    }
}
