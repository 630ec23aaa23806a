package io.cpubaseline.evidence;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The labels about a node's CPU, written by KubeVirt's node-labeller and by node-feature-discovery, and what they say. Nodes with the
 * same hardware and software carry the same ones, so they are understood once and shared.
 */
final class CpuLabels {

    /** The flags that a guest can have (kubevirt.io/api/core/v1, {@code CPUFeatureLabel}). */
    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";

    private static final String MODEL = "cpu-model.node.kubevirt.io/";
    private static final String VENDOR = "cpu-vendor.node.kubevirt.io/";
    private static final String HYPERV = "hyperv.node.kubevirt.io/";
    private static final String MACHINE_TYPE = "machine-type.node.kubevirt.io/";
    private static final String HARDWARE = "feature.node.kubernetes.io/cpu-";
    private static final String HARDWARE_FLAG = HARDWARE + "cpuid.";
    private static final String HARDWARE_VENDOR = HARDWARE + "model.vendor_id";

    /** All labels that depend on nothing but the CPU and the software on top of it; the time-stamp counter's frequency differs per node. */
    private static final List<String> FAMILIES = List.of(
            FEATURE,
            MODEL,
            "cpu-model-migration.node.kubevirt.io/",
            VENDOR,
            "host-model-cpu.node.kubevirt.io/",
            "host-model-required-features.node.kubevirt.io/",
            HYPERV,
            MACHINE_TYPE,
            HARDWARE);

    /** More than the labels of all kinds of nodes; a power of two, less one. */
    private static final int LAST_SLOT = 4095;

    /** How many names that the catalog lacks a node may have of each kind: some for newer software, too few to fill the memory with. */
    private static final int MOST_UNKNOWN = 256;

    private final CpuCatalog catalog;
    private final Set<String> vendors;
    private final SiliconRules silicon;
    private final Pool<CpuEvidence> pool;
    private final Map<Labels, Known> understood = new WeakHashMap<>();

    /** What was told of labels, by their hash: the same ones recur on every node. Any thread may replace any of it. */
    private final @Nullable Told[] lately = new Told[LAST_SLOT + 1];

    private record Told(String key, boolean isOne) {}

    /** What labels say, and the object that stands for all labels equal to them: weak, because the entry must not keep its key. */
    private record Known(WeakReference<Labels> labels, CpuEvidence evidence, Set<String> selectable) {}

    /**
     * Labels that all nodes of a kind share, and what they say.
     *
     * @param selectable those of them that say something beside the CPU that KubeVirt selects nodes by
     */
    record Understood(Labels labels, CpuEvidence evidence, Set<String> selectable) {}

    CpuLabels(CpuCatalog catalog, SiliconRules silicon, Pool<CpuEvidence> pool) {
        this.catalog = catalog;
        this.vendors = catalog.models().stream().map(CpuModel::vendor).collect(Collectors.toUnmodifiableSet());
        this.silicon = silicon;
        this.pool = pool;
    }

    /** Whether a label is one of these. */
    boolean has(String key) {
        int slot = key.hashCode() & LAST_SLOT;
        Told told = lately[slot];
        if (told == null || !told.key().equals(key)) {
            told = new Told(key, FAMILIES.stream().anyMatch(key::startsWith));
            lately[slot] = told;
        }
        return told.isOne();
    }

    /**
     * The shared labels that equal the given ones, and their meaning.
     *
     * @param keysAndValues key, value, key, value, … in any order
     */
    synchronized Understood understand(List<String> keysAndValues) {
        // The API server sends them sorted: to make sure of that takes longer than to find them.
        Understood known = known(Labels.asSorted(keysAndValues));
        if (known != null) {
            return known;
        }
        Labels labels = Labels.of(keysAndValues);
        known = known(labels);
        return known == null ? remembered(labels) : known;
    }

    private synchronized @Nullable Understood known(Labels labels) {
        Known known = understood.get(labels);
        Labels shared = known == null ? null : known.labels().get();
        return known == null || shared == null ? null : new Understood(shared, known.evidence(), known.selectable());
    }

    private synchronized Understood remembered(Labels labels) {
        CpuEvidence evidence = pool.shared(evidence(labels));
        Set<String> selectable = selectable(labels);
        understood.put(labels, new Known(new WeakReference<>(labels), evidence, selectable));
        return new Understood(labels, evidence, selectable);
    }

    /** How many labels are in use, or were lately. */
    synchronized int size() {
        return understood.size();
    }

    private static Set<String> selectable(Labels labels) {
        return labels.entrySet().stream()
                .filter(label -> label.getValue().equals("true"))
                .map(Map.Entry::getKey)
                .filter(key -> key.startsWith(MACHINE_TYPE) || key.startsWith(HYPERV))
                .collect(Collectors.toUnmodifiableSet());
    }

    private CpuEvidence evidence(Labels labels) {
        Kept features = new Kept(catalog.features()::contains);
        Kept models = new Kept(name -> catalog.model(name).isPresent());
        Kept vendors = new Kept(this.vendors::contains);
        Kept odd =
                new Kept(key -> features.knows(FEATURE, key) || models.knows(MODEL, key) || vendors.knows(VENDOR, key));
        List<String> flags = new ArrayList<>();
        labels.forEach((key, value) -> {
            // Labels are written as "true" or not at all; whatever else somebody writes is no proof.
            if (value.equals("true")) {
                features.add(FEATURE, key);
                models.add(MODEL, key);
                vendors.add(VENDOR, key);
                addTo(flags, HARDWARE_FLAG, key);
            } else if (key.startsWith(FEATURE) || key.startsWith(MODEL) || key.startsWith(VENDOR)) {
                odd.add("", key);
            }
        });
        TreeMap<String, String> oddLabels = new TreeMap<>();
        odd.names().forEach(key -> oddLabels.put(key, labels.getOrDefault(key, "")));
        @Nullable String vendor = labels.get(HARDWARE_VENDOR);
        return new CpuEvidence(
                FeatureSet.copyOf(features.names()),
                models.names(),
                vendors.names(),
                oddLabels,
                Stream.of(features, models, vendors, odd)
                        .mapToInt(Kept::leftOut)
                        .sum(),
                silicon.partial(flags, vendor == null ? "" : vendor));
    }

    private static void addTo(Collection<String> names, String family, String key) {
        if (key.startsWith(family) && key.length() > family.length()) {
            names.add(key.substring(family.length()));
        }
    }

    /**
     * Names of one kind: all that the catalog has, and the first in their order of those that it lacks, so that what is kept depends on the
     * labels alone.
     */
    private static final class Kept {

        private final Predicate<String> known;
        private final TreeSet<String> names = new TreeSet<>();
        private final TreeSet<String> unknown = new TreeSet<>();

        Kept(Predicate<String> known) {
            this.known = known;
        }

        boolean knows(String family, String key) {
            return key.startsWith(family) && known.test(key.substring(family.length()));
        }

        void add(String family, String key) {
            if (key.startsWith(family) && key.length() > family.length()) {
                String name = key.substring(family.length());
                (known.test(name) ? names : unknown).add(name);
            }
        }

        SortedSet<String> names() {
            unknown.stream().limit(MOST_UNKNOWN).forEach(names::add);
            return names;
        }

        int leftOut() {
            return Math.max(0, unknown.size() - MOST_UNKNOWN);
        }
    }
}
