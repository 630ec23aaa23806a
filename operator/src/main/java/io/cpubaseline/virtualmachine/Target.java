package io.cpubaseline.virtualmachine;

import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a baseline wants in a virtual machine.
 *
 * @param baseline the baseline's name, which the field manager carries
 * @param fields all that is written where nothing stands against it
 * @param required the required features, as a set
 * @param guest all features that a guest with it has: those of the model, as far as it is known, and the required ones
 * @param pinned when it was pinned, in seconds since 1970; 0 if not known
 * @param vendorKnown whether it is decided which CPU vendor virtual machines are confined to; before that they stay as they are
 * @param admission how far instances get it when they are created, and their virtual machines stay as they are; null: it is written into these
 * @param copies by what copies of what the baseline has written are known
 */
public record Target(
        String baseline,
        OwnedFields fields,
        FeatureSet required,
        FeatureSet guest,
        long pinned,
        boolean vendorKnown,
        @Nullable Admission admission,
        Copies copies) {

    private static final String MANAGER_PREFIX = "cpu-baseline.";

    /** What is written into virtual machines. */
    public Target(
            String baseline,
            OwnedFields fields,
            FeatureSet required,
            FeatureSet guest,
            long pinned,
            boolean vendorKnown) {
        this(baseline, fields, required, guest, pinned, vendorKnown, null, Copies.NONE);
    }

    /** What the pinned baseline of that name wants. */
    public static Target of(String baseline, Pin pin, CpuCatalog catalog) {
        FeatureSet required = pin.requiredFeatures();
        return new Target(
                baseline,
                fields(baseline, pin),
                required,
                pin.guestFeatures(catalog).orElse(required),
                pin.since() == null ? 0 : pin.since().getEpochSecond(),
                pin.vendor() != null);
    }

    private static OwnedFields fields(String baseline, Pin pin) {
        List<Feature> features = pin.requiredFeatures().stream()
                .map(name -> new Feature(name, "require"))
                .toList();
        String vendor = pin.vendor() == null ? "" : pin.vendor();
        return new OwnedFields(pin.cpuModel(), features, vendor, baseline, pin.revision());
    }

    /** What a baseline wants in a virtual machine that it gives back. */
    public static Target nothing(String baseline) {
        return new Target(baseline, OwnedFields.NONE, FeatureSet.empty(), FeatureSet.empty(), 0, true);
    }

    /** Whether that is nothing at all. */
    boolean isNothing() {
        return fields.equals(OwnedFields.NONE);
    }

    /** The same as another baseline would want it. */
    Target ofBaseline(String other) {
        return new Target(other, fields, required, guest, pinned, vendorKnown, admission, copies);
    }

    /** The same, given to instances when they are created; null: written into virtual machines. */
    public Target by(@Nullable Admission way) {
        return new Target(baseline, fields, required, guest, pinned, vendorKnown, way, copies);
    }

    /**
     * The same, where copies are known of what is written and was written before.
     *
     * @param tools field managers that write copies only
     * @param history what was pinned before
     */
    public Target copiedBy(Set<String> tools, Collection<Pin> history) {
        List<OwnedFields> earlier =
                history.stream().map(pin -> fields(baseline, pin)).toList();
        return new Target(
                baseline, fields, required, guest, pinned, vendorKnown, admission, new Copies(tools, earlier));
    }

    /** The server-side apply field manager: it makes claims on virtual machines visible. */
    public String manager() {
        return manager(baseline);
    }

    /** The field manager of the baseline of that name. */
    public static String manager(String baseline) {
        return MANAGER_PREFIX + baseline;
    }

    /** Whether a field manager is that of some baseline. */
    public static boolean isBaselineManager(String manager) {
        return manager.startsWith(MANAGER_PREFIX);
    }

    /** The baseline whose field manager this is, see {@link #isBaselineManager}. */
    public static String baselineOf(String manager) {
        return manager.substring(MANAGER_PREFIX.length());
    }

    /** Since when whoever starts a guest can count on it, in seconds since 1970; 0 if not known. */
    long inForce() {
        return admission == null || pinned == 0 ? pinned : Math.max(pinned, admission.since());
    }

    /** The model that is written. */
    public String cpuModel() {
        return fields.cpuModel();
    }

    /** The features as the template lists them: sorted by name, policy {@code require}. */
    public List<Feature> features() {
        return fields.features();
    }
}
