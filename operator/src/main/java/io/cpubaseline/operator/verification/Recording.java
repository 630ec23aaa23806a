package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.StatusApply;
import io.cpubaseline.verification.Outcome;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the result of a run into the baseline's status, beside what the operator owns there. */
final class Recording {

    /** Owns {@code status.verification}, and nothing else. */
    private static final StatusApply APPLY =
            new StatusApply(ClusterCpuBaseline.KIND, ClusterCpuBaseline.PLURAL, "cpu-baseline-verify");

    /** What the definition allows. */
    private static final int LONGEST_MESSAGE = 1024;

    private Recording() {}

    /**
     * Writes it.
     *
     * @throws IOException if it can't be written
     */
    static void write(ApiServer api, Preparation preparation, Outcome outcome) throws IOException {
        VerificationReport report = new VerificationReport(
                preparation.pin().revision(),
                outcome.passed(),
                api.time().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                outcome.rounds(),
                outcome.succeeded(),
                outcome.visited(),
                message(outcome.failures()));
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.set("verification", Json.MAPPER.<ObjectNode>valueToTree(report));
        Answer answer = APPLY.send(api, preparation.baseline(), Map.of(), status);
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
    }

    private static @Nullable String message(List<String> failures) {
        if (failures.isEmpty()) {
            return null;
        }
        String first = failures.get(0);
        return first.length() <= LONGEST_MESSAGE ? first : first.substring(0, LONGEST_MESSAGE);
    }
}
