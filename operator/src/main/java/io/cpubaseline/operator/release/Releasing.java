package io.cpubaseline.operator.release;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Pages;
import io.cpubaseline.operator.machines.VirtualMachineWriter;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Releases, one after the other, virtual machines that are held by baselines which no longer exist. As the operator does it: by server-side
 * apply as the manager that holds them, never forced, and no model is taken away while somebody else's required features stay.
 */
final class Releasing {

    private static final int TRIES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final String BASELINES =
            "/apis/%s/%s/clustercpubaselines".formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION);

    /** What has become of a virtual machine, or would. */
    enum Result {
        /** Nothing of the baseline is in it any more. */
        released,
        /** The model has stayed with somebody else's required features. */
        modelKept,
        /** The write was refused. */
        failed
    }

    /** A virtual machine with the manager of a baseline that doesn't exist. */
    record Held(VirtualMachineSnapshot vm, String manager) {

        String baseline() {
            return Target.baselineOf(manager);
        }
    }

    /**
     * What there is to do.
     *
     * @param held in the order of the API server's list
     * @param ofExisting how many virtual machines are held by baselines that exist
     */
    record Found(List<Held> held, int ofExisting) {}

    /** What has become of one. */
    record Outcome(Held held, Result result, String message) {}

    private final ApiServer api;
    private final VirtualMachineWriter writer;
    private final VirtualMachineReader reader = new VirtualMachineReader();
    private final Set<String> written = new HashSet<>();

    Releasing(ApiServer api) {
        this.api = api;
        this.writer = new VirtualMachineWriter(api);
    }

    /**
     * The names of all baselines that there are; none where the kind is not even installed.
     *
     * @throws IOException if that can't be told
     */
    List<String> baselines() throws IOException {
        List<String> names = new ArrayList<>();
        Pages.each(api, BASELINES, item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    /**
     * The virtual machines that are held by baselines which don't exist.
     *
     * @param namespace empty for all
     * @param existing names of the baselines that exist
     * @param baseline the only one to look for; null for all
     * @throws IOException if virtual machines can't be read
     */
    Found find(String namespace, List<String> existing, @Nullable String baseline) throws IOException {
        List<Held> held = new ArrayList<>();
        Set<String> exist = new HashSet<>(existing);
        int[] ofExisting = {0};
        String path = namespace.isEmpty()
                ? "/apis/kubevirt.io/v1/virtualmachines"
                : "/apis/kubevirt.io/v1/namespaces/" + ApiServer.encoded(namespace) + "/virtualmachines";
        Pages.each(api, path, item -> {
            VirtualMachineSnapshot vm = reader.read(item);
            if (vm.deleting()) {
                return;
            }
            for (String manager : managers(vm)) {
                String name = Target.baselineOf(manager);
                if (exist.contains(name)) {
                    ofExisting[0]++;
                } else if (baseline == null || baseline.equals(name)) {
                    held.add(new Held(vm, manager));
                }
            }
        });
        return new Found(held, ofExisting[0]);
    }

    /** What {@link #release} would do, by a look alone. */
    static Outcome foreseen(Held held) {
        Action action = decide(held);
        return action instanceof Action.Release release && release.kept().equals(OwnedFields.NONE)
                ? new Outcome(held, Result.released, "")
                : kept(held, action);
    }

    /**
     * Releases one; tries again where the API server can't do it now.
     *
     * @throws IOException if it can't be read again
     */
    Outcome release(Held found) throws IOException, InterruptedException {
        Held held = found;
        if (!written.add(found.vm().uid())) {
            // Another baseline has been released in it: what stays there has changed.
            Answer answer = ApiServer.await(api.get(VirtualMachineWriter.path(found.vm())));
            if (!answer.succeeded()) {
                return new Outcome(held, Result.failed, answer.message());
            }
            held = new Held(reader.read(answer.body()), found.manager());
        }
        Action action = decide(held);
        if (action instanceof Action.Skip) {
            return new Outcome(held, Result.released, "");
        }
        if (!(action instanceof Action.Release release)) {
            return kept(held, action);
        }
        Duration pause = FIRST_PAUSE;
        WriteOutcome outcome =
                writer.apply(held.vm(), held.manager(), release.kept()).join();
        for (int tries = 1; outcome instanceof WriteOutcome.Retry retry && tries < TRIES; tries++) {
            Duration asked = retry.after();
            // A command with one thread and nothing else to do: the API server has asked for this pause, or the last
            // try has failed.
            Thread.sleep((asked != null && asked.compareTo(pause) > 0 ? asked : pause).toMillis());
            pause = pause.multipliedBy(2);
            outcome = writer.apply(held.vm(), held.manager(), release.kept()).join();
        }
        if (outcome instanceof WriteOutcome.Applied) {
            return release.kept().equals(OwnedFields.NONE)
                    ? new Outcome(held, Result.released, "")
                    : kept(held, action);
        }
        if (outcome instanceof WriteOutcome.Gone || outcome instanceof WriteOutcome.Replaced) {
            return new Outcome(held, Result.released, "it was deleted meanwhile");
        }
        return new Outcome(held, Result.failed, words(outcome));
    }

    private static Action decide(Held held) {
        return Alignment.release(held.vm(), held.manager(), Reason.OptedOut, List.of());
    }

    private static Outcome kept(Held held, Action action) {
        List<String> managers = action instanceof Action.Release release
                ? release.managers()
                : action instanceof Action.Conflict conflict ? conflict.managers() : List.of();
        return new Outcome(
                held,
                Result.modelKept,
                "the model stays, since %s requires CPU features: without a model KubeVirt would start it as host-model and drop what keeps such a guest on nodes that can take it. Take those features out, and release it again."
                        .formatted(managers.isEmpty() ? "somebody else" : String.join(", ", managers)));
    }

    private static String words(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Refused refused) {
            return refused.message();
        } else if (outcome instanceof WriteOutcome.Forbidden forbidden) {
            return forbidden.message();
        } else if (outcome instanceof WriteOutcome.Retry retry) {
            return retry.message();
        } else if (outcome instanceof WriteOutcome.Conflict conflict) {
            return conflict.message();
        } else if (outcome instanceof WriteOutcome.Instancetype instancetype) {
            return instancetype.message();
        }
        return outcome.toString();
    }

    /** The managers of baselines. Who holds features comes first: the model has to stay for as long as these do. */
    private static List<String> managers(VirtualMachineSnapshot vm) {
        return vm.managers()
                .filter(Target::isBaselineManager)
                .distinct()
                .sorted(Comparator.comparing(
                                (String manager) -> !vm.featureManagers().contains(manager))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
