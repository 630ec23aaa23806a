package io.cpubaseline.change;

import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.change.Carried.Value;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives a baseline that has lost its status its pin back, from what virtual machines carry in its name. What they don't tell with one voice
 * is not guessed: a person chooses.
 */
final class Recovery {

    private static final int NAMED = 5;

    private final CpuCatalog catalog;
    private final SelectionRules rules;

    Recovery(CpuCatalog catalog, SelectionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
    }

    /**
     * The pin that a value was written for. Model and features are as they are carried, whether the catalog has them or not; what virtual
     * machines don't carry is worked out anew: the level by the catalog, a feature's purpose by the present answer or by the tables.
     *
     * @param computed what the nodes say now; null if they have no answer
     */
    Pin pin(Value value, @Nullable Pin computed) {
        Optional<CpuModel> model = catalog.model(value.cpuModel());
        Map<String, Purpose> known = computed == null ? Map.of() : computed.required();
        TreeMap<String, Purpose> required = new TreeMap<>();
        value.required().stream()
                .forEach(feature -> required.put(
                        feature, known.getOrDefault(feature, purpose(feature, model.orElse(null), value.required()))));
        AbiLevel level = model.map(found -> catalog.guestLevel(found, value.required(), rules.leaf0xDSet()))
                .orElse(AbiLevel.NONE);
        return new Pin(value.cpuModel(), required, level, value.vendor(), null, catalog.version());
    }

    /** What is in no table must have been asked for by the policy. */
    private Purpose purpose(String feature, @Nullable CpuModel model, FeatureSet required) {
        boolean raisesCpuidLevel = model != null
                && model.losesXsave()
                && rules.leaf0xD().contains(feature)
                && required.intersect(rules.leaf0xDSet()).size() == 1;
        if (raisesCpuidLevel || catalog.levels().all().contains(feature)) {
            return Purpose.Level;
        }
        if (rules.group(Group.MITIGATION).contains(feature)
                || rules.group(Group.HARDENING).contains(feature)) {
            return Purpose.Hardening;
        }
        return rules.group(Group.INSTRUCTIONS).contains(feature)
                        || rules.group(Group.IMMUNITY).contains(feature)
                ? Purpose.Performance
                : Purpose.Policy;
    }

    /**
     * Why the pin is not known, and how to choose one.
     *
     * @param computed what the nodes say now; null if they have no answer
     */
    static String unknown(Carried carried, @Nullable Pin computed) {
        String unreadable = carried.unreadable();
        String nodes = computed == null ? "" : " From nothing, the nodes would get %s.".formatted(computed.revision());
        if (unreadable != null) {
            return "There is no pinned baseline in the status, and virtual machines, which may carry one, can't be read: %s. Nothing is adopted until they can.%s Where you know that none carries one: %s"
                    .formatted(unreadable, nodes, command(carried, computed));
        }
        return "%s Nothing is adopted and no virtual machine is written until you choose.%s %s"
                .formatted(why(carried), nodes, command(carried, computed));
    }

    private static String command(Carried carried, @Nullable Pin computed) {
        String revision = carried.values().stream()
                .findFirst()
                .map(Value::revision)
                .orElse(computed == null ? "REVISION" : computed.revision());
        return "kubectl patch ccb %s --type merge -p '{\"spec\":{\"approvedRevision\":\"%s\"}}'"
                .formatted(carried.baseline(), revision);
    }

    private static String why(Carried carried) {
        StringBuilder why = new StringBuilder("The pinned baseline is not in the status any more, and ");
        why.append(
                carried.values().isEmpty()
                        ? "what virtual machines carry of it doesn't tell it"
                        : "virtual machines carry " + values(carried));
        if (!carried.unclear().isEmpty()) {
            why.append("; of %d, one field is another manager's (%s%s)"
                    .formatted(
                            carried.unclear().size(),
                            carried.unclear().stream().limit(NAMED).collect(Collectors.joining(", ")),
                            carried.unclear().size() > NAMED ? ", …" : ""));
        }
        return why.append('.').toString();
    }

    /** Each revision that is carried, with how many carry it. */
    static String values(Carried carried) {
        int more = carried.values().size() - NAMED;
        return carried.values().stream()
                        .limit(NAMED)
                        .map(value -> "%s (%d)".formatted(value.revision(), value.machines()))
                        .collect(Collectors.joining(", "))
                + (more > 0 ? " and %d more".formatted(more) : "");
    }
}
