package io.cpubaseline.cli.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.cpubaseline.comparison.Difference;
import io.cpubaseline.comparison.Opinion;
import io.cpubaseline.cpu.AbiLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare -o json} prints; described by {@code docs/reference/compare.schema.json}.
 *
 * @param asked how libvirt was asked
 * @param libvirtVersion its version
 * @param unknownFeatures features that this libvirt does not know: it was asked without them
 * @param comparisons one for each question
 */
record CompareDocument(String asked, String libvirtVersion, List<String> unknownFeatures, List<Compared> comparisons) {

    /**
     * One question, and both answers.
     *
     * @param of the vendor whose nodes it is about; {@code all} for all of them
     * @param nodes how many nodes count
     * @param cpuClasses of how many kinds they are: libvirt was told of one each
     * @param ours our answer; null if there is none
     * @param ourReason why there is none; null if there is one
     * @param libvirt libvirt's answer; null if it refused. Over several vendors it always does
     * @param libvirtNodes on how many of the nodes KubeVirt would schedule a guest with libvirt's answer
     * @param refusal why libvirt refused; null if it did not
     * @param same whether both answers are the same
     * @param differences what differs, what hurts first
     */
    @JsonInclude(Include.NON_NULL)
    record Compared(
            String of,
            int nodes,
            int cpuClasses,
            @Nullable Cpu ours,
            @Nullable String ourReason,
            @Nullable Cpu libvirt,
            @Nullable Integer libvirtNodes,
            @Nullable String refusal,
            boolean same,
            List<Difference> differences) {}

    /** A CPU for all nodes. */
    record Cpu(String cpuModel, String abiLevel, List<String> requiredFeatures, List<String> disabledFeatures) {

        static Cpu of(Opinion opinion, AbiLevel level) {
            return new Cpu(
                    opinion.model(),
                    level.label(),
                    opinion.required().names(),
                    opinion.disabled().names());
        }
    }
}
