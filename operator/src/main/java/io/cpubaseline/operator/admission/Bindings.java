package io.cpubaseline.operator.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.admission.Claims.Claim;
import io.cpubaseline.operator.cluster.AdmissionBinding;
import io.cpubaseline.operator.cluster.AdmissionBindingReader;
import io.cpubaseline.operator.cluster.AdmissionPolicy;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.Observation.Admitted;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bindings of the chart's MutatingAdmissionPolicy, one per baseline that wants instances to get it. The policy acts in the API server: nothing
 * of this program stands in the way of a virtual machine's start. Safe for use by several threads, one at a time for the same baseline.
 */
public final class Bindings implements Admissions {

    private static final Logger LOG = LoggerFactory.getLogger(Bindings.class);
    private static final String INSTALL = "set the chart's admission.enabled to true (Kubernetes 1.36 and later)";

    private final BindingWriter writer;
    private final WatchedKind<AdmissionPolicy> policies;
    private final WatchedKind<AdmissionBinding> bindings;
    private final ChangeSource changes;
    private final String policy;
    private final Duration afterRefusal;
    private final Duration afterTrouble;
    private final InstantSource clusterTime;
    private final Claims claims;

    /** By baseline, what was written last, until it is seen. */
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /** By baseline, what the API server has refused. */
    private final Map<String, Refusal> refused = new ConcurrentHashMap<>();

    /**
     * A binding that was written.
     *
     * @param before what was seen then; null if there was none
     */
    private record Written(@Nullable AdmissionBinding before, String spec, String owner) {}

    private record Refusal(String spec, Admitted told, Instant until) {}

    /**
     * Knows no baseline yet.
     *
     * @param changes knows all baselines that there are, and wakes them
     * @param clusterTime the time by the API server's clock
     */
    public Bindings(
            BindingWriter writer,
            WatchedCluster watched,
            ChangeSource changes,
            RunOptions options,
            InstantSource clusterTime) {
        this.writer = writer;
        this.policies = watched.admissionPolicies();
        this.bindings = watched.admissionBindings();
        this.changes = changes;
        this.policy = options.admissionPolicy();
        this.afterRefusal = options.longestReadDelay();
        this.afterTrouble = options.retryInitial();
        this.clusterTime = clusterTime;
        this.claims = new Claims(this::bound, changes::wakeAll);
    }

    @Override
    public boolean possible() {
        return !policy.isEmpty();
    }

    @Override
    public boolean settled(@Nullable VirtualMachineIntent intent) {
        return intent == null || policy.isEmpty() || policies.current() && bindings.current();
    }

    @Override
    public Result bind(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent, boolean paused)
            throws IOException {
        String name = baseline.getMetadata().getName();
        if (policy.isEmpty() && (intent == null || !intent.admission())) {
            return Result.NONE;
        }
        if (intent == null) {
            claims.forget(name);
            claims.standsInNobodysWay(name);
            release(name);
            return Result.NONE;
        }
        Claim claim = new Claim(
                name, Objects.requireNonNullElse(baseline.getMetadata().getCreationTimestamp(), ""), intent);
        claims.remember(claim);
        Optional<Admitted> obstacle = obstacle();
        if (!intent.admission()) {
            return firstStarts(baseline, claim, obstacle.isEmpty());
        }
        if (obstacle.isPresent()) {
            return notBound(obstacle.get());
        }
        Optional<String> rival = claims.claim(claim);
        if (rival.isPresent()) {
            release(name);
            return notBound(overlapping(rival.get()));
        }
        return paused
                ? notBound(new Admitted(
                        false,
                        Reason.Paused,
                        "Paused: instances that start now get no baseline; those that run keep what they have."))
                : bound(baseline, intent);
    }

    /**
     * The binding of a baseline that writes virtual machines: until these are written their instances may get it by that. What stands in the way is
     * nobody's trouble: they start without, as they would anyway, and are counted. The status then says that none gets it, which ends it whatever the
     * binding does.
     */
    private Result firstStarts(ClusterCpuBaseline baseline, Claim claim, boolean possible) throws IOException {
        try {
            return firstStartsBound(baseline, claim, possible);
        } catch (IOException e) {
            if (!claim.intent().patch()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("baseline", claim.baseline())
                    .addKeyValue("message", e.getMessage())
                    .log("No first starts until the binding can be written or deleted");
            return new Result(null, null, false, afterTrouble);
        }
    }

    private Result firstStartsBound(ClusterCpuBaseline baseline, Claim claim, boolean possible) throws IOException {
        boolean allowed = possible
                && claim.intent().patch()
                && policies.get("", policy).map(AdmissionPolicy::firstStarts).orElse(false)
                && claims.knows(changes.all())
                && claims.claim(claim).isEmpty();
        if (!allowed) {
            release(claim.baseline());
            return Result.NONE;
        }
        Result result = bound(baseline, claim.intent());
        boolean bound = result.admission() != null && result.admission().bound();
        return new Result(null, null, bound, result.next());
    }

    /** Forgets a baseline that is gone; its binding goes with it. */
    public void forget(String baseline) {
        written.remove(baseline);
        refused.remove(baseline);
        claims.gone(baseline);
    }

    private static Result notBound(Admitted told) {
        return new Result(Admission.NONE, told, false, null);
    }

    private static Admitted overlapping(String rival) {
        return new Admitted(
                false,
                Reason.Overlapping,
                "Baseline %s may select the same virtual machines, and an instance can have only one baseline. This one gives none until the selectors exclude each other, for example by a label of the template."
                        .formatted(rival));
    }

    /** Why no binding has any effect, if that is so. */
    private Optional<Admitted> obstacle() {
        if (policy.isEmpty()) {
            return missing("The operator is installed without its MutatingAdmissionPolicy");
        }
        for (WatchedKind<?> kind : new WatchedKind<?>[] {policies, bindings}) {
            if (kind.state() == State.ABSENT) {
                return Optional.of(new Admitted(
                        false,
                        Reason.Unsupported,
                        "The API server has no %s of admissionregistration.k8s.io/v1, which came with Kubernetes 1.36. Set mode to Patch."
                                .formatted(kind.name())));
            }
            if (kind.state() == State.FORBIDDEN) {
                return Optional.of(
                        forbidden("The operator may not read %s: %s".formatted(kind.name(), kind.message())));
            }
        }
        return policies.get("", policy).isPresent()
                ? Optional.empty()
                : missing("The MutatingAdmissionPolicy %s is not there".formatted(policy));
    }

    private static Optional<Admitted> missing(String what) {
        return Optional.of(new Admitted(
                false,
                Reason.PolicyMissing,
                "%s, so instances start without a baseline: %s and upgrade the release.".formatted(what, INSTALL)));
    }

    private static Admitted forbidden(String what) {
        return new Admitted(
                false, Reason.Forbidden, "%s. For the permission %s and upgrade the release.".formatted(what, INSTALL));
    }

    private @Nullable AdmissionBinding seen(String baseline) {
        return bindings.get("", BindingWriter.nameOf(baseline))
                .filter(binding -> binding.policy().equals(policy))
                .orElse(null);
    }

    /** Baselines that have a binding. One whose baseline is gone does nothing, and goes, too. */
    private Set<String> bound() {
        Set<String> all = Set.copyOf(changes.all());
        return bindings.list().stream()
                .filter(binding -> binding.policy().equals(policy) && BindingWriter.isOfBaseline(binding.name()))
                .map(binding -> BindingWriter.baselineOf(binding.name()))
                .filter(all::contains)
                .collect(Collectors.toSet());
    }

    private Result bound(ClusterCpuBaseline baseline, VirtualMachineIntent intent) throws IOException {
        String name = baseline.getMetadata().getName();
        ObjectNode wanted = BindingWriter.spec(policy, name, intent);
        String spec = AdmissionBindingReader.canonical(wanted);
        String uid = baseline.getMetadata().getUid();
        AdmissionBinding found = seen(name);
        Written due = new Written(found, spec, uid);
        if (found != null && found.spec().equals(spec) && found.owner().equals(uid)) {
            written.remove(name);
            refused.remove(name);
        } else if (!due.equals(written.get(name))) {
            Instant now = clusterTime.instant();
            Refusal refusal = refused.get(name);
            if (refusal == null || !refusal.spec().equals(spec) || now.isAfter(refusal.until())) {
                refusal = write(baseline, wanted, now);
            }
            if (refusal != null) {
                refused.put(name, refusal);
                return new Result(
                        Admission.NONE,
                        refusal.told(),
                        false,
                        Duration.between(now, refusal.until()).plusMillis(1));
            }
            refused.remove(name);
            written.put(name, due);
        }
        return new Result(
                new Admission(true, found == null ? clusterTime.instant().getEpochSecond() : found.created()),
                new Admitted(
                        true,
                        Reason.PolicyBound,
                        "Instances get the pinned baseline when they are created: MutatingAdmissionPolicy %s is bound by %s."
                                .formatted(policy, BindingWriter.nameOf(name))),
                false,
                null);
    }

    /** Writes a binding; returns the refusal, if it is refused. */
    private @Nullable Refusal write(ClusterCpuBaseline baseline, ObjectNode wanted, Instant now) throws IOException {
        Answer answer = writer.apply(baseline, wanted);
        String name = BindingWriter.nameOf(baseline.getMetadata().getName());
        if (answer.succeeded()) {
            LOG.atInfo()
                    .addKeyValue("baseline", baseline.getMetadata().getName())
                    .addKeyValue("binding", name)
                    .log("Policy bound");
            return null;
        }
        String message = "The binding %s can't be written: %s".formatted(name, answer.message());
        Admitted told = switch (answer.code()) {
            case 403 -> forbidden(message);
            case 400, 422 -> new Admitted(false, Reason.Refused, message);
            default -> throw new IOException(message);
        };
        return new Refusal(AdmissionBindingReader.canonical(wanted), told, now.plus(afterRefusal));
    }

    /** Takes a baseline's binding away, if it has one. */
    private void release(String baseline) throws IOException {
        written.remove(baseline);
        refused.remove(baseline);
        if (!policy.isEmpty() && (seen(baseline) != null || claims.holds(baseline))) {
            Answer answer = writer.delete(baseline);
            if (!answer.succeeded() && answer.code() != 404) {
                throw new IOException("The binding %s can't be deleted: %s"
                        .formatted(BindingWriter.nameOf(baseline), answer.message()));
            }
            LOG.atInfo()
                    .addKeyValue("baseline", baseline)
                    .addKeyValue("binding", BindingWriter.nameOf(baseline))
                    .log("Policy no longer bound");
        }
        claims.release(baseline);
    }
}
