package io.cpubaseline.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Labels and annotations of KubeVirt as products name them that ship it under names of their own. */
public final class LabelPrefixes {

    private final List<Row> rows;

    private record Row(String product, String theirs, String kubeVirts) {}

    private LabelPrefixes() {
        rows = Csv.read("label-prefixes.csv").stream()
                .map(row -> new Row(
                        row.getOrDefault("product", ""),
                        row.getOrDefault("theirs", ""),
                        row.getOrDefault("kubevirt", "")))
                .toList();
    }

    /** Loaded when a key of another product is met for the first time: few fleets have any. */
    private static final class Shipped {
        private static final LabelPrefixes TABLE = new LabelPrefixes();
    }

    /** What a key may end its domain with if it is in the table: so that the table is loaded for no other. */
    private static final String DOMAIN = ".deckhouse.io/";

    /** The one product's name of {@code kubevirt.io/schedulable}; to look for it costs less than to look through all labels of a node. */
    private static final String SCHEDULABLE = "kubevirt.internal.virtualization" + DOMAIN + "schedulable";

    /** KubeVirt's own key; the same if no other product has named it. */
    public static String kubeVirts(String key) {
        if (!key.contains(DOMAIN)) {
            return key;
        }
        return row(key).map(row -> row.kubeVirts() + key.substring(row.theirs().length()))
                .orElse(key);
    }

    /** The product that has labelled a node, by the label that virt-handler writes first; nothing if it is KubeVirt itself, or none. */
    public static Optional<String> product(Map<String, String> labels) {
        return labels.containsKey(SCHEDULABLE) ? row(SCHEDULABLE).map(Row::product) : Optional.empty();
    }

    private static Optional<Row> row(String key) {
        return Shipped.TABLE.rows.stream()
                .filter(row -> key.startsWith(row.theirs()))
                .findFirst();
    }
}
