package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.catalog.LabelPrefixes;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Taint;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Reads Node and NodeFeature objects as streams and joins them. Whatever is odd in an object counts as missing, and what is missing is
 * unknown; only text that is not well-formed is an error. Equal evidence is one shared object for as long as somebody uses it, so one
 * reader should serve a whole process. Safe for use by several threads.
 */
public final class EvidenceReader {

    private final boolean devices;
    private final boolean products;
    private final SiliconRules rules;
    private final CpuLabels cpuLabels;
    private final Pool<CpuEvidence> evidences = new Pool<>();
    private final Pool<Silicon> silicons = new Pool<>();
    private final Pool<NodePlatform> platforms = new Pool<>();
    private final Pool<List<Taint>> taints = new Pool<>();
    private final Pool<NodeHost> hosts = new Pool<>();
    private final Map<CpuEvidence, Map<Silicon, WeakReference<CpuEvidence>>> joined = new WeakHashMap<>();

    /**
     * Creates a reader.
     *
     * @param catalog the models and features that are known, and which features make which x86-64 level
     * @param names what node-feature-discovery's flags mean
     */
    public EvidenceReader(CpuCatalog catalog, FlagNames names) {
        this(catalog, names, /* devices= */ false, /* products= */ false);
    }

    /** The same for one who asks for nodes' devices and huge pages, too: {@link NodeHost#devices}. */
    public static EvidenceReader withDevices(CpuCatalog catalog, FlagNames names) {
        return new EvidenceReader(catalog, names, /* devices= */ true, /* products= */ false);
    }

    /** The same for one who only answers: labels of products that ship KubeVirt under other names are read as what they are. */
    public static EvidenceReader ofAnyProduct(CpuCatalog catalog, FlagNames names) {
        return new EvidenceReader(catalog, names, /* devices= */ false, /* products= */ true);
    }

    private EvidenceReader(CpuCatalog catalog, FlagNames names, boolean devices, boolean products) {
        this.devices = devices;
        this.products = products;
        this.rules = new SiliconRules(catalog.levels(), names);
        this.cpuLabels = new CpuLabels(catalog, rules, evidences);
    }

    /**
     * Reads a Node.
     *
     * @param object a parser that stands at the object's start; afterwards it stands at its end
     * @throws IOException if the text is not well-formed
     */
    public NodeFacts node(JsonParser object) throws IOException {
        return read(object).node();
    }

    /**
     * Reads a NodeFeature.
     *
     * @param object a parser that stands at the object's start; afterwards it stands at its end
     * @throws IOException if the text is not well-formed
     */
    public NodeFeatureFacts nodeFeature(JsonParser object) throws IOException {
        return read(object).nodeFeature();
    }

    /**
     * Starts to read an object whose kind may not be known yet.
     *
     * @param odd is told of every odd value
     */
    public ObjectDraft draft(OddValues odd) {
        return new ObjectDraft(this, odd);
    }

    /**
     * All that is known about a node's CPU: its labels, and its worker's NodeFeature in place of node-feature-discovery's labels where it says
     * something.
     *
     * @param node the node
     * @param features all NodeFeatures
     */
    public CpuEvidence evidence(NodeFacts node, NodeFeatures features) {
        Silicon silicon = features.silicon(node.name());
        return silicon.source() == Silicon.Source.NONE ? node.evidence() : join(node.evidence(), silicon);
    }

    /**
     * A node as the baseline's rules see it, with nothing remembered about its past.
     *
     * @param node the node
     * @param features all NodeFeatures
     */
    public NodeCpu nodeCpu(NodeFacts node, NodeFeatures features) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                node.linux(),
                evidence(node, features),
                null,
                node.ready(),
                node.schedulable(),
                node.frozen(),
                node.labelsOlderThanBoot(),
                node.kvm(),
                node.created(),
                node.host(),
                features.leftovers(node.name()),
                node.labels());
    }

    boolean readsDevices() {
        return devices;
    }

    /** KubeVirt's name of a label or annotation. */
    String kubeVirts(String key) {
        return products ? LabelPrefixes.kubeVirts(key) : key;
    }

    boolean isOfCpu(String label) {
        return cpuLabels.has(label);
    }

    CpuLabels.Understood understand(List<String> keysAndValues) {
        return cpuLabels.understand(keysAndValues);
    }

    /** The shared object that equals the given one; its platform and taints are shared with hosts of other capacities, too. */
    NodeHost shared(NodeHost host) {
        NodeHost known = hosts.find(host);
        return known != null
                ? known
                : hosts.shared(new NodeHost(
                        platforms.shared(host.platform()),
                        host.capacity(),
                        taints.shared(host.taints()),
                        host.devices()));
    }

    Silicon silicon(Collection<String> flags, String vendor) {
        return silicons.shared(rules.complete(flags, vendor));
    }

    /** How many objects are shared because they are in use, or were lately. */
    synchronized int size() {
        return cpuLabels.size()
                + evidences.size()
                + silicons.size()
                + platforms.size()
                + hosts.size()
                + joined.values().stream().mapToInt(Map::size).sum();
    }

    /** Weak on both sides: one of the two alone must not keep what they were joined to. */
    private synchronized CpuEvidence join(CpuEvidence labelled, Silicon silicon) {
        Map<Silicon, WeakReference<CpuEvidence>> bySilicon =
                joined.computeIfAbsent(labelled, key -> new WeakHashMap<>());
        WeakReference<CpuEvidence> reference = bySilicon.get(silicon);
        CpuEvidence known = reference == null ? null : reference.get();
        if (known == null) {
            known = evidences.shared(labelled.withSilicon(silicon));
            bySilicon.put(silicon, new WeakReference<>(known));
        }
        return known;
    }

    private ObjectDraft read(JsonParser object) throws IOException {
        ObjectDraft draft = draft(OddValues.IGNORED);
        if (object.currentToken() != JsonToken.START_OBJECT) {
            object.skipChildren();
            return draft;
        }
        for (String field = object.nextFieldName(); field != null; field = object.nextFieldName()) {
            object.nextToken();
            draft.field(field, object);
        }
        return draft;
    }
}
