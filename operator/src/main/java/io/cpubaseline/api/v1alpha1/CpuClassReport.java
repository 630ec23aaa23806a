package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes with the same CPU evidence, and what they cost.
 *
 * @param name the name of its first node
 * @param vendor the CPU's vendor as KubeVirt names it, e.g. {@code Intel}; absent when unknown
 * @param nodes how many nodes
 * @param examples names of up to 5 of them, sorted
 * @param abiLevel the level that this class alone could reach, {@code none} below {@code x86-64-v1}
 * @param lacks features that all other classes have and this one lacks; sorted, at most 32
 * @param without the answer if this class were not there; absent when there would be no other
 * @param hostModelLoses what a host-model guest there would lose by taking the baseline; absent: nothing
 * @param assumed true for nodes that are only planned; left out when false
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CpuClassReport(
        String name,
        @Nullable String vendor,
        int nodes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> examples,
        @Nullable String abiLevel,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> lacks,
        @Nullable Without without,
        @Nullable HostModelLosses hostModelLoses,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean assumed) {

    /** Makes the lists immutable. */
    public CpuClassReport {
        name = Absent.toEmpty(name);
        examples = Absent.toEmptyTexts(examples);
        lacks = Absent.toEmptyTexts(lacks);
    }

    /**
     * The answer for all other classes.
     *
     * @param abiLevel its level; absent: there is no answer
     * @param cpuModel its model; absent: there is no answer
     * @param gains features that guests would gain; sorted, at most 32
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Without(
            @Nullable String abiLevel,
            @Nullable String cpuModel,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> gains) {

        /** Makes the list immutable. */
        public Without {
            gains = Absent.toEmptyTexts(gains);
        }
    }

    /**
     * Features that a host-model guest has on these nodes and the baseline has not; each list sorted, at most 32.
     *
     * @param nesting for nested virtualization
     * @param mitigations against speculative execution attacks
     * @param hardening that make exploits harder
     * @param immunity that tell the guest which attacks the CPU is immune to, so that it need not defend itself
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HostModelLosses(
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> nesting,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> mitigations,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> hardening,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> immunity) {

        /** Makes the lists immutable. */
        public HostModelLosses {
            nesting = Absent.toEmptyTexts(nesting);
            mitigations = Absent.toEmptyTexts(mitigations);
            hardening = Absent.toEmptyTexts(hardening);
            immunity = Absent.toEmptyTexts(immunity);
        }
    }
}
