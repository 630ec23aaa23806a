package io.cpubaseline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MigrationLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "cpu-model.node.kubevirt.io/IvyBridge-IBRS";
    private static final String AVX2 = "cpu-feature.node.kubevirt.io/avx2";
    private static final String INTEL = "cpu-vendor.node.kubevirt.io/Intel";
    private static final String AMD = "cpu-vendor.node.kubevirt.io/AMD";

    private static final SortedMap<String, Map<String, String>> NODES = new TreeMap<>(Map.of(
            "one", Map.of(MODEL, "true", AVX2, "true", INTEL, "true"),
            "other", Map.of(MODEL, "true", AVX2, "true", INTEL, "true"),
            "amd", Map.of(MODEL, "true", AVX2, "true", AMD, "true"),
            "old", Map.of(MODEL, "true", AVX2, "false", INTEL, "true")));

    private final MigrationLog log = new MigrationLog(new Coverage(pinned(), NODES));

    @Test
    void aMigrationWithinTheBaselineIsRight() {
        assertThat(log.add(1, migrated("other"), false)).endsWith("Succeeded      2.5");
        assertThat(log.isAllRight()).isTrue();
    }

    @Test
    void aTargetThatLacksAFeatureIsWrong() {
        assertThat(log.add(1, migrated("old"), false)).endsWith("the target lacks " + AVX2);
        assertThat(log.isAllRight()).isFalse();
    }

    @Test
    void aTargetOfAnotherVendorIsWrong() {
        assertThat(log.add(1, migrated("amd"), false)).endsWith("the target lacks " + INTEL);
    }

    @Test
    void aTargetThatNobodyKnowsIsWrong() {
        assertThat(log.add(1, migrated("elsewhere"), false)).contains("the target lacks " + MODEL);
    }

    @Test
    void aVendorHasTheNodesThatTheBaselineCovers() {
        assertThat(new Coverage(pinned(), NODES).byVendor())
                .isEqualTo(Map.of("AMD", Set.of("amd"), "Intel", Set.of("one", "other")));
    }

    @Test
    void anInstanceThatWasStartedAnewIsWrong() {
        assertThat(log.add(1, migrated("other"), true)).endsWith("the VM was started anew");
    }

    @Test
    void oneThatFailedIsWrongWithItsReason() {
        log.add(1, migrated("other"), false);
        log.add(
                2,
                new Outcome(
                        "web", "one", Optional.empty(), Result.NO_TARGET, Duration.ofMillis(1), Map.of(), "0/4 nodes"),
                false);

        assertThat(log.right()).isEqualTo(1);
        assertThat(log.toJson(JSON).at("/rows/1")).isEqualTo(json("""
                        {"round": 2, "virtualMachine": "web", "source": "one", "result": "NoTarget", "seconds": 0.001, "complaint": "0/4 nodes"}
                        """));
    }

    private static Outcome migrated(String target) {
        return new Outcome("web", "one", Optional.of(target), Result.SUCCEEDED, Duration.ofMillis(2_500), Map.of(), "");
    }

    private static JsonNode pinned() {
        return json("{\"cpuModel\": \"IvyBridge-IBRS\", \"requiredFeatures\": [{\"name\": \"avx2\"}]}");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
