package io.cpubaseline.cli.input;

/**
 * What an object says it is.
 *
 * @param apiVersion {@code v1} or group and version; empty as long as not known
 * @param kind the kind; empty as long as not known
 */
record Identity(String apiVersion, String kind) {

    static final Identity UNKNOWN = new Identity("", "");

    private static final String LIST = "List";
    private static final String NODE = "Node";
    private static final String NODE_FEATURE = "NodeFeature";
    private static final String NODE_FEATURE_GROUP = "nfd.k8s-sigs.io";

    Identity withApiVersion(String value) {
        return new Identity(value, kind);
    }

    Identity withKind(String value) {
        return new Identity(apiVersion, value);
    }

    /** This, and where it says nothing, what is implied. */
    Identity or(Identity implied) {
        boolean same = kind.isEmpty() || kind.equals(implied.kind);
        return same ? new Identity(apiVersion.isEmpty() ? implied.apiVersion : apiVersion, implied.kind) : this;
    }

    boolean isComplete() {
        return !apiVersion.isEmpty() && !kind.isEmpty();
    }

    boolean isNode() {
        return apiVersion.equals("v1") && kind.equals(NODE);
    }

    boolean isNodeFeature() {
        return group().equals(NODE_FEATURE_GROUP) && kind.equals(NODE_FEATURE);
    }

    /** Whether the object is KubeVirt's own resource. */
    boolean isKubeVirt() {
        return group().equals("kubevirt.io") && kind.equals("KubeVirt");
    }

    /** Whether the object is a ClusterCpuBaseline. */
    boolean isBaseline() {
        return group().equals("cpubaseline.io") && kind.equals("ClusterCpuBaseline");
    }

    /** Whether the object is a virtual machine that runs, or is about to. */
    boolean isInstance() {
        return group().equals("kubevirt.io") && kind.equals("VirtualMachineInstance");
    }

    /** Whether the object sets the cluster's default CPU model. */
    boolean isDefaultOwner() {
        return isKubeVirt() || group().equals("hco.kubevirt.io") && kind.equals("HyperConverged");
    }

    /** Whether it is certain that the object is neither a Node nor a NodeFeature; other groups have kinds of these names too. */
    boolean isForeign() {
        return !kind.isEmpty()
                && (apiVersion.isEmpty()
                        ? !kind.equals(NODE) && !kind.equals(NODE_FEATURE)
                        : !isNode() && !isNodeFeature());
    }

    /** Whether the object is a list, by its kind, or may be one. */
    boolean mayBeList() {
        return kind.isEmpty() || kind.endsWith(LIST);
    }

    /** Whether it is clear what the elements of this list are that don't say it themselves. */
    boolean tellsElements() {
        return isPlainList() || isComplete();
    }

    /** Whether the object is a list of objects that say themselves what they are. */
    boolean isPlainList() {
        return kind.equals(LIST);
    }

    /** What the elements of a list are unless they say it themselves. */
    Identity element() {
        return kind.endsWith(LIST) && !isPlainList()
                ? new Identity(apiVersion, kind.substring(0, kind.length() - LIST.length()))
                : UNKNOWN;
    }

    /** The kind with its group, as kubectl takes it: {@code Deployment.apps}. */
    String qualifiedKind() {
        return group().isEmpty() ? kind : kind + "." + group();
    }

    private String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
