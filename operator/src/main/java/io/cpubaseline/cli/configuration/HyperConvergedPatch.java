package io.cpubaseline.cli.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.cli.input.DefaultOwner;
import io.cpubaseline.console.Yaml;
import io.cpubaseline.cpu.CpuCatalog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch for the resource of the HyperConverged Cluster Operator, which manages KubeVirt in OpenShift Virtualization: the cluster's default
 * model ({@code docs/cluster-configuration.md} of HCO 1.20; {@code hco.kubevirt.io/v1beta1} is served beside {@code v1}). {@code
 * obsoleteCPUs} needs no change: KubeVirt labels no node with an obsolete model, so the answer is none.
 */
public final class HyperConvergedPatch implements Configuration {

    private final ClusterModel clusterModel;
    private final DefaultOwner owner;

    /**
     * A patch.
     *
     * @param owner what sets the cluster's default; null if that isn't known
     */
    public HyperConvergedPatch(CpuCatalog catalog, @Nullable DefaultOwner owner) {
        this.clusterModel = new ClusterModel(catalog);
        this.owner = owner != null && owner.isHyperConverged()
                ? owner
                : DefaultOwner.hyperConverged("kubevirt-hyperconverged", "kubevirt-hyperconverged");
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofHashes();
        CommonCpu all = found.all();
        if (all == null) {
            return draft.lines();
        }
        draft.heading(all.title());
        draft.command("kubectl -n %s patch %s %s \\".formatted(owner.namespace(), owner.resource(), owner.name()));
        draft.command("  --type=merge --patch-file FILE");
        draft.comment(clusterModel.worth(all));
        if (found.each().size() > 1) {
            draft.comment("Each vendor's own, with features, goes into its virtual machines: -o kubevirt.");
        }
        try {
            draft.text(Yaml.text(owner.change(all.model())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts can be written", e);
        }
        return draft.lines();
    }
}
