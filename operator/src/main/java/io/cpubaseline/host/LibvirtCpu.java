package io.cpubaseline.host;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code <cpu>} element of a guest, as {@code virsh cpu-baseline} and {@code hypervisor-cpu-baseline} print it (libvirt docs/formatdomain.rst).
 *
 * @param model the model's name
 * @param vendor the vendor that it asks for; empty if it asks for none
 * @param required features with the policy "require" or "force"
 * @param disabled features with the policy "disable" or "forbid"
 */
public record LibvirtCpu(String model, String vendor, FeatureSet required, FeatureSet disabled) {

    /**
     * Reads what virsh has printed.
     *
     * @param source who printed it, for messages
     * @throws InputException if that is not one {@code <cpu>} element with a model
     */
    public static LibvirtCpu read(String source, String text) {
        try {
            List<XmlElement> roots = XmlDocuments.read(source, new StringReader(text));
            if (roots.size() != 1
                    || !roots.get(0).name().equals("cpu")
                    || roots.get(0).textOf("model").isEmpty()) {
                throw new InputException(
                        new Place(source, 0, 0), "expected one <cpu> element with a <model>, found something else");
            }
            return of(roots.get(0));
        } catch (IOException e) {
            throw new IllegalStateException("text in memory can be read", e);
        }
    }

    private static LibvirtCpu of(XmlElement cpu) {
        List<String> required = new ArrayList<>();
        List<String> disabled = new ArrayList<>();
        for (XmlElement feature : cpu.all("feature")) {
            switch (feature.attribute("policy")) {
                case "require", "force", "" -> required.add(feature.attribute("name"));
                case "disable", "forbid" -> disabled.add(feature.attribute("name"));
                default -> {
                    // "optional" asks for nothing.
                }
            }
        }
        return new LibvirtCpu(
                cpu.textOf("model"), cpu.textOf("vendor"), FeatureSet.copyOf(required), FeatureSet.copyOf(disabled));
    }
}
