package io.cpubaseline.cli.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.cli.input.DefaultOwner;
import io.cpubaseline.console.Yaml;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch for VirtualMachines of KubeVirt: the fields of the template that the operator writes, but for its own labels. Harvester's virtual
 * machines are KubeVirt's, and no setting of its own has a CPU model (Harvester 1.8, {@code enhancements/20250407-cpu-model-selection.md}: a model
 * for each virtual machine, and for all in KubeVirt's resource; no selection of features).
 */
public final class KubeVirtPatch implements Configuration {

    private final ClusterModel clusterModel;
    private final List<String> hints;
    private final DefaultOwner owner;

    private KubeVirtPatch(CpuCatalog catalog, List<String> hints, DefaultOwner owner) {
        this.clusterModel = new ClusterModel(catalog);
        this.hints = hints;
        this.owner = owner;
    }

    /**
     * For KubeVirt.
     *
     * @param owner what sets the cluster's default; null if that isn't known
     */
    public static KubeVirtPatch ofKubeVirt(CpuCatalog catalog, @Nullable DefaultOwner owner) {
        return new KubeVirtPatch(
                catalog, List.of(), owner == null ? DefaultOwner.kubeVirt("kubevirt", "kubevirt") : owner);
    }

    /** For Harvester, which has its KubeVirt resource in {@code harvester-system} (1.9, {@code pkg/util/constants.go}). */
    public static KubeVirtPatch ofHarvester(CpuCatalog catalog) {
        return new KubeVirtPatch(
                catalog,
                List.of(
                        "Or in Harvester's interface by Edit YAML: its field CPU Model (since 1.8) takes the model alone."),
                DefaultOwner.kubeVirt("harvester-system", "kubevirt"));
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofHashes();
        draft.blocks(found.each(), "---", cpu -> {
            draft.comment("With this document in FILE, for each virtual machine:");
            draft.command("kubectl patch vm NAME --type=merge --patch-file FILE");
            draft.comment("It counts from the next start. Features that are there already are replaced.");
            hints.forEach(draft::comment);
            draft.text(patch(cpu));
        });
        CommonCpu all = found.all();
        if (all != null) {
            draft.line("#");
            draft.comment("Or by default. " + clusterModel.worth(all));
            owner.patch(all.model()).forEach(draft::command);
        }
        return draft.lines();
    }

    private static String patch(CommonCpu cpu) {
        List<Feature> features = cpu.required().stream()
                .map(feature -> new Feature(feature, "require"))
                .toList();
        OwnedFields fields = new OwnedFields(cpu.model(), features, cpu.vendor(), "", "");
        try {
            return Yaml.text(Map.of("spec", fields.spec()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts can be written", e);
        }
    }
}
