package io.cpubaseline.change;

import io.cpubaseline.change.MoveRules.Policy;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A cluster to which anything happens, in any order: nodes come, go, and get into trouble; people edit, pause and approve. */
public final class RandomCluster {

    private static final List<String> HOSTS = List.of(
            "xeon-gold-6130",
            "ice-lake-server",
            "xeon-e5-2650-v4",
            "xeon-e5-2650",
            "xeon-w3520",
            "xeon-5110",
            "node-i5-13500",
            "core-i7-5600u",
            "epyc-7601-32-core",
            "node-ryzen7-5700x");

    private static final List<UnaryOperator<NodeCpu>> TROUBLES = List.of(
            UnaryOperator.identity(),
            Story::notReady,
            Story::notSchedulable,
            Story::frozen,
            Story::rebooted,
            Story::withoutKvm,
            Story::unlabelled,
            Story::unlabelledSince);

    private static final List<io.cpubaseline.baseline.Policy> POLICIES = List.of(
            Story.SINGLE,
            io.cpubaseline.baseline.Policy.open(),
            Story.upTo(AbiLevel.V3),
            Story.upTo(AbiLevel.V2),
            Story.excluding("umip", "aes"));

    private final Random random;
    private final Story story;
    private final TreeMap<String, NodeCpu> cluster = new TreeMap<>();

    /** The cluster of this seed, with one node. */
    public RandomCluster(int seed, Story story) {
        this.random = new Random(seed);
        this.story = story;
        cluster.put("n0", Story.node("n0", HOSTS.get(random.nextInt(HOSTS.size()))));
        if (random.nextBoolean()) {
            somebodyChangesThePolicyOfMoves();
            story.specChanged = false;
        }
    }

    /** The nodes after one more thing happened to them or to the spec. */
    public List<NodeCpu> somethingHappens() {
        story.after(Duration.ofSeconds(random.nextInt(600)));
        if (random.nextInt(4) == 0) {
            story.answerChanged = random.nextBoolean() ? null : story.now;
        }
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> {
                String name = "n" + random.nextInt(6);
                NodeCpu healthy = Story.node(name, HOSTS.get(random.nextInt(HOSTS.size())));
                cluster.put(name, random.nextBoolean() ? healthy : Story.created(healthy, story.now));
            }
            case 3 -> cluster.remove("n" + random.nextInt(6));
            case 4 -> {
                UnaryOperator<NodeCpu> trouble = TROUBLES.get(random.nextInt(TROUBLES.size()));
                cluster.computeIfPresent("n" + random.nextInt(6), (name, node) -> trouble.apply(node));
                story.unknownSince = random.nextBoolean() ? null : story.now;
            }
            case 5 -> story.policy(POLICIES.get(random.nextInt(POLICIES.size())));
            case 6 -> story.paused(random.nextInt(4) == 0);
            case 7 -> story.statusLost(carried());
            case 8 -> somebodyChangesThePolicyOfMoves();
            case 9 -> kubeVirtIsUpgradedOrSettles();
            default -> somebodyApproves();
        }
        return List.copyOf(cluster.values());
    }

    private void somebodyChangesThePolicyOfMoves() {
        story.raise = random.nextBoolean() ? Policy.Manual : Policy.Automatic;
        story.lower =
                List.of(Policy.Manual, Policy.ExtrasOnly, Policy.Automatic).get(random.nextInt(3));
        story.raiseStabilization = Duration.ofSeconds(random.nextInt(1200));
        story.stabilization = Duration.ofSeconds(random.nextInt(3) * 300L);
        story.planned = random.nextInt(4) == 0 ? List.of(Story.plannedNodes("rack", "Haswell-noTSX", 3)) : List.of();
        story.clockAhead = Duration.ofSeconds(random.nextInt(3) * (random.nextInt(7200) - 3600L));
        story.specChanged = true;
    }

    private void kubeVirtIsUpgradedOrSettles() {
        story.kubeVirt = switch (random.nextInt(4)) {
            case 0 -> new KubeVirtProgress("KubeVirt kubevirt/kv is in phase Deploying", null);
            case 1 -> new KubeVirtProgress(null, story.now);
            default -> KubeVirtProgress.settled();
        };
    }

    /** What was pinned now and before, as virtual machines may carry it, or not be readable at all. */
    private Carried carried() {
        Remembered remembered = story.remembered;
        List<Carried.Value> values = Stream.concat(
                        Stream.ofNullable(remembered.pinned()), remembered.history().stream())
                .limit(1 + random.nextInt(3))
                .map(pin ->
                        new Carried.Value(pin.cpuModel(), pin.requiredFeatures(), pin.vendor(), 1 + random.nextInt(9)))
                .toList();
        List<String> unclear = random.nextInt(5) == 0 ? List.of("shop/web") : List.of();
        return switch (random.nextInt(6)) {
            case 0 -> Carried.nothing("rack");
            case 1 -> Carried.unreadable("rack", "virtualmachines is forbidden");
            default -> new Carried("rack", values, unclear, null);
        };
    }

    private void somebodyApproves() {
        List<String> revisions = new ArrayList<>(story.history());
        story.carried.values().forEach(value -> revisions.add(value.revision()));
        revisions.add("Nehalem-0123456789");
        for (int i = 0; i < 3 && !story.candidateRevision().isEmpty(); i++) {
            revisions.add(story.candidateRevision());
        }
        story.approve(random.nextInt(2) == 0 ? null : revisions.get(random.nextInt(revisions.size())));
    }
}
