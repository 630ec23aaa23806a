package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an instance itself says about its start and its migrations: what holds them up, that no node would help, or how the last one ended. */
final class Troubles {

    /** libvirt's words, when a target's QEMU gives a guest another CPU than it has. */
    private static final Pattern OTHER_CPU = Pattern.compile(
            "guest CPU doesn't match specification: (?<kind>missing|extra) features: (?<features>[\\w,.:-]+)");

    /** More is in the instance's status. */
    private static final int LONGEST = 200;

    /** Conditions that are False before a start anyway, or about migrations (staging/src/kubevirt.io/api/core/v1/types.go in KubeVirt 1.8.4). */
    private static final Set<String> OF_A_RUNNING_ONE =
            Set.of("Ready", "LiveMigratable", "StorageLiveMigratable", "AgentConnected", "Paused");

    private Troubles() {}

    /** Why KubeVirt refuses every migration of an instance: reason and message of its condition LiveMigratable. */
    record Refusal(String reason, String message) {
        String sentence() {
            return "KubeVirt migrates it nowhere: LiveMigratable is False, %s: %s".formatted(reason, message);
        }
    }

    /**
     * How the last migration failed.
     *
     * @param target the node that it was to go to; empty if there was none yet
     * @param otherCpu whether libvirt there found another CPU, so that any attempt ends like that until a restart
     * @param sentence all of it in words
     */
    record Failure(String target, boolean otherCpu, String sentence) {}

    /** What holds up its start, as its conditions say: volumes that aren't there, a pod that can't be made. */
    static List<String> start(JsonNode instance) {
        List<String> troubles = new ArrayList<>();
        for (JsonNode condition : instance.at("/status/conditions")) {
            String type = condition.path("type").asText();
            if (condition.path("status").asText().equals("False") && !OF_A_RUNNING_ONE.contains(type)) {
                String why = Stream.of(condition.path("reason"), condition.path("message"))
                        .map(Troubles::words)
                        .filter(words -> !words.isEmpty())
                        .collect(Collectors.joining(": "));
                troubles.add(why.isEmpty() ? type + " is False" : "%s is False, %s".formatted(type, why));
            }
        }
        return troubles;
    }

    /** Why KubeVirt refuses every migration of it; empty if it doesn't. */
    static List<Refusal> notMigratable(JsonNode instance) {
        List<Refusal> refusals = new ArrayList<>();
        for (JsonNode condition : instance.at("/status/conditions")) {
            if (condition.path("type").asText().equals("LiveMigratable")
                    && condition.path("status").asText().equals("False")) {
                refusals.add(new Refusal(condition.path("reason").asText().intern(), words(condition.path("message"))));
            }
        }
        return refusals;
    }

    /** How its last migration failed, if it did: a node that the scheduler finds may still be refused by libvirt. */
    static List<Failure> lastMigration(JsonNode instance) {
        JsonNode state = instance.at("/status/migrationState");
        if (!state.path("failed").asBoolean()) {
            return List.of();
        }
        String reason = words(state.path("failureReason"));
        String target = state.path("targetNode").asText();
        String where = target.isEmpty() ? "" : " to " + target;
        Matcher cpu = OTHER_CPU.matcher(state.path("failureReason").asText().replace("''", "'"));
        if (!cpu.find()) {
            return reason.isEmpty()
                    ? List.of()
                    : List.of(new Failure(target, false, "Its last migration%s failed: %s".formatted(where, reason)));
        }
        String features = cpu.group("features");
        return List.of(new Failure(
                target,
                true,
                cpu.group("kind").equals("extra") && features.equals("ht")
                        ? ("Its last migration%s failed: libvirt there finds the feature ht, which it had not at its start."
                                        + " QEMU 10 tells ht differently (virt-launcher of KubeVirt 1.8); no selector says so, and"
                                        + " only a restart helps, or a virt-launcher with libvirt's fix")
                                .formatted(where)
                        : ("Its last migration%s failed: libvirt there finds CPU features %s: %s. No selector says so; with a"
                                        + " named model, such as a baseline's, a restart makes both sides alike")
                                .formatted(where, cpu.group("kind"), features.replace(",", ", "))));
    }

    private static String words(JsonNode text) {
        String line = text.asText().replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
