package io.cpubaseline.cli.input;

import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.catalog.LabelPrefixes;
import io.cpubaseline.console.Progress;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.HostEvidence;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.evidence.NodeFeatures;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.host.Described;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import io.cpubaseline.scheduling.RunningGuest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The objects that were read, from all files. */
final class Inventory {

    private static final int EXAMPLES = 5;
    private static final String READ = "nodes, hosts and other objects are read";

    private final Map<String, Placed<NodeFacts>> nodes = new LinkedHashMap<>();
    private final Map<String, Placed<NodeFeatureFacts>> features = new LinkedHashMap<>();
    private final SortedMap<String, Integer> ignored = new TreeMap<>();

    private final List<String> told = new ArrayList<>();
    private final List<String> emptyFiles = new ArrayList<>();
    private final SortedSet<String> seenAgain = new TreeSet<>();

    private final Map<String, Described> hosts = new LinkedHashMap<>();
    private final List<String> otherFiles = new ArrayList<>();
    private final List<String> otherEmptyFiles = new ArrayList<>();

    private final Set<String> noObjects = new LinkedHashSet<>();
    private @Nullable InputException noObject;

    private final List<BaselineFound> baselines = new ArrayList<>();

    private final List<RunningGuest> guests = new ArrayList<>();

    private @Nullable DefaultOwner defaultOwner;

    private final Progress progress;

    /** Nothing yet; progress is told of what is added. */
    Inventory(Progress progress) {
        this.progress = progress;
    }

    private record Placed<T>(T facts, Place place) {}

    /**
     * Takes a Node. Of the same object twice, as in a support bundle that several images gathered, the newer version counts.
     *
     * @throws InputException if there is another one of the same name already
     */
    void add(NodeFacts node, Place place) {
        progress.one(READ);
        Placed<NodeFacts> other = nodes.get(node.name());
        if (other == null
                || node.uid().isEmpty()
                || !node.uid().equals(other.facts().uid())) {
            add(nodes, "Node", node.name(), new Placed<>(node, place));
            return;
        }
        seenAgain.add(node.name());
        if (version(node.resourceVersion()) > version(other.facts().resourceVersion())) {
            nodes.put(node.name(), new Placed<>(node, place));
        }
    }

    /** Resource versions grow with every write (KEP-5504); one that is no number is older than any. */
    private static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Takes a NodeFeature.
     *
     * @throws InputException if there is one of the same name already
     */
    void add(NodeFeatureFacts feature, Place place) {
        progress.one(READ);
        add(features, "NodeFeature", feature.qualifiedName(), new Placed<>(feature, place));
    }

    /**
     * Takes a host that tells of itself.
     *
     * @throws InputException if there is one of that name already
     */
    void add(Described host) {
        progress.one(READ);
        String name = host.facts().name();
        Described other = hosts.putIfAbsent(name, host);
        if (other != null) {
            throw hostTwice(name, host.place(), other.place());
        }
    }

    private static InputException hostTwice(String name, Place here, Place there) {
        return new InputException(
                here,
                "host %s: the input has a host of this name twice, here and at %s; name each file after its host, and remove one of the two if they are the same"
                        .formatted(name, there));
    }

    /** Takes what sets the cluster's default CPU model. Of several the one to change counts. */
    void add(DefaultOwner owner) {
        DefaultOwner known = defaultOwner;
        if (known == null || owner.isBefore(known)) {
            defaultOwner = known == null ? owner : owner.inForceOf(known);
        } else {
            defaultOwner = known.inForceOf(owner);
        }
    }

    /** Takes a baseline, which is counted among the objects of other kinds, too: it is no evidence. */
    void add(BaselineFound baseline) {
        baselines.add(baseline);
    }

    /** Takes a virtual machine that runs, which is counted among the objects of other kinds, too: it is no evidence. */
    void add(RunningGuest guest) {
        guests.add(guest);
    }

    /** Takes a sentence about what isn't there and might matter. */
    void warn(String sentence) {
        told.add(sentence);
    }

    /** Counts a file without any object. */
    void passOver(String emptyFile) {
        emptyFiles.add(emptyFile);
    }

    /** Counts a file that is none of the inputs and lay beside them. */
    void passOverOther(String file, boolean empty) {
        (empty ? otherEmptyFiles : otherFiles).add(file);
    }

    /**
     * Counts a file that has the name of a manifest and holds something else: one of a bundle's, unless nothing is found beside it.
     *
     * @param problem what to say then
     */
    void passOverNoObject(String file, InputException problem) {
        noObjects.add(file);
        noObject = noObject == null ? problem : noObject;
    }

    /** Counts an object of a kind that says nothing about CPUs. */
    void ignore(Identity identity) {
        progress.one(READ);
        ignored.merge(identity.qualifiedKind(), 1, Integer::sum);
    }

    /**
     * Joins all Nodes with their NodeFeatures, and puts the hosts beside them.
     *
     * @param source where they were looked for
     * @throws InputException if there is neither a Node nor a host, or one is called like the other
     */
    FleetInput join(EvidenceReader evidence, CpuCatalog catalog, String source) {
        if (nodes.isEmpty() && hosts.isEmpty()) {
            if (noObject != null) {
                throw noObject;
            }
            throw new InputException(source + ": expected at least one Node (apiVersion: v1), found " + found()
                    + "; kubectl get nodes -o yaml prints them"
                    + (nothingMeant()
                            ? ". Of hosts without a cluster, lscpu or virsh domcapabilities tells what is needed"
                            : ""));
        }
        nodes.forEach((name, node) -> {
            Described host = hosts.get(name);
            if (host != null) {
                throw hostTwice(name, host.place(), node.place());
            }
        });
        Map<String, List<NodeFeatureFacts>> byNode = new LinkedHashMap<>();
        for (Placed<NodeFeatureFacts> feature : features.values()) {
            byNode.computeIfAbsent(feature.facts().nodeName(), name -> new ArrayList<>(1))
                    .add(feature.facts());
        }
        NodeFeatures nodeFeatures =
                NodeFeatures.of(features.values().stream().map(Placed::facts).toList(), "");
        List<HostFacts> described =
                hosts.values().stream().map(Described::facts).toList();
        List<NodeCpu> joined = new ArrayList<>();
        nodes.values().forEach(node -> joined.add(evidence.nodeCpu(node.facts(), nodeFeatures)));
        if (!described.isEmpty()) {
            HostEvidence hostEvidence = new HostEvidence(catalog, HostFlags.shipped());
            described.forEach(host -> joined.add(hostEvidence.node(host)));
        }
        List<String> warnings = warnings(byNode);
        products()
                .forEach((product, named) -> warnings.add(
                        "labels of %s are read as what they are, KubeVirt's; %s names its resources otherwise, so the operator does not work there: %s"
                                .formatted(product, product, listed("Node", named))));
        List<String> others = nodes.values().stream()
                .map(Placed::facts)
                .filter(node -> !node.amd64() && !node.architecture().isEmpty())
                .map(NodeFacts::name)
                .toList();
        if (!others.isEmpty()) {
            warnings.add("left out, since only amd64 has CPU baselines: " + listed("Node", others));
        }
        return new FleetInput(joined, described, warnings, ignored, baselines, guests, defaultOwner);
    }

    /** Products that name KubeVirt's labels otherwise, each with its nodes. */
    private SortedMap<String, List<String>> products() {
        SortedMap<String, List<String>> products = new TreeMap<>();
        nodes.values()
                .forEach(node -> LabelPrefixes.product(node.facts().labels())
                        .ifPresent(product -> products.computeIfAbsent(product, any -> new ArrayList<>())
                                .add(node.facts().name())));
        return products;
    }

    private List<String> warnings(Map<String, List<NodeFeatureFacts>> byNode) {
        List<String> warnings = new ArrayList<>(told);
        List<String> empty = new ArrayList<>(emptyFiles);
        if (!hosts.isEmpty()) {
            // Where no host tells of itself, a directory may hold anything beside its manifests.
            empty.addAll(otherEmptyFiles);
        }
        if (!empty.isEmpty()) {
            warnings.add("%d empty %s passed over: %s"
                    .formatted(empty.size(), empty.size() == 1 ? "file" : "files", examples(empty)));
        }
        if (!hosts.isEmpty() && !otherFiles.isEmpty()) {
            warnings.add("%d other %s passed over, which %s of no CPU: %s"
                    .formatted(
                            otherFiles.size(),
                            otherFiles.size() == 1 ? "file" : "files",
                            otherFiles.size() == 1 ? "tells" : "tell",
                            examples(otherFiles)));
        }
        if (!noObjects.isEmpty()) {
            warnings.add("%d %s passed over, where something else than Kubernetes objects is: %s"
                    .formatted(noObjects.size(), noObjects.size() == 1 ? "file" : "files", examples(noObjects)));
        }
        if (!seenAgain.isEmpty()) {
            warnings.add("in the input more than once, the newest counts: " + listed("Node", seenAgain));
        }
        List<String> nameless = byNode.getOrDefault("", List.of()).stream()
                .map(NodeFeatureFacts::qualifiedName)
                .toList();
        if (!nameless.isEmpty()) {
            warnings.add("left out, since the label nfd.node.kubernetes.io/node-name is missing: "
                    + listed("NodeFeature", nameless));
        }
        List<String> absent = byNode.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty() && !nodes.containsKey(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .map(NodeFeatureFacts::qualifiedName)
                .toList();
        if (!absent.isEmpty()) {
            warnings.add("left out, since its node is not in the input: " + listed("NodeFeature", absent));
        }
        return warnings;
    }

    private static String examples(Collection<String> files) {
        return files.stream().limit(EXAMPLES).collect(Collectors.joining(", "))
                + (files.size() > EXAMPLES ? ", …" : "");
    }

    /** Whether there was nothing but files that nobody has named. */
    private boolean nothingMeant() {
        return ignored.isEmpty()
                && features.isEmpty()
                && emptyFiles.isEmpty()
                && !(otherFiles.isEmpty() && otherEmptyFiles.isEmpty());
    }

    private String found() {
        Map<String, Integer> counts = new TreeMap<>(ignored);
        int empty = emptyFiles.size() + (nothingMeant() ? otherEmptyFiles.size() : 0);
        if (empty > 0) {
            counts.put(empty == 1 ? "empty file" : "empty files", empty);
        }
        if (nothingMeant() && !otherFiles.isEmpty()) {
            counts.put(otherFiles.size() == 1 ? "other file" : "other files", otherFiles.size());
        }
        if (!features.isEmpty()) {
            counts.put("NodeFeature", features.size());
        }
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String listed(String kind, Collection<String> names) {
        String examples = names.stream().sorted().limit(EXAMPLES).collect(Collectors.joining(", "));
        return kind + " " + examples + (names.size() > EXAMPLES ? " and " + (names.size() - EXAMPLES) + " more" : "");
    }

    private static <T> void add(Map<String, Placed<T>> objects, String kind, String name, Placed<T> object) {
        Placed<T> other = objects.putIfAbsent(name, object);
        if (other != null) {
            throw new InputException(
                    object.place(),
                    kind + " " + name + ": the input has this object twice, here and at " + other.place()
                            + "; remove one of the two");
        }
    }
}
