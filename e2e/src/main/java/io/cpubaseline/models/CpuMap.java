package io.cpubaseline.models;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * libvirt's x86 CPU models, from the folder {@code cpu_map} that it ships ({@code /usr/share/libvirt/cpu_map}). Once a feature is required
 * beside a model, libvirt compares the host by this map, whatever QEMU makes of the model.
 */
final class CpuMap {

    /**
     * A model of libvirt's.
     *
     * @param vendor its vendor; empty if it has none
     * @param cpuFamily the CPU family of the first signature by which libvirt recognises it; 0 if it has none
     * @param features its features, those of the model that it extends included; not what libvirt marks as {@code added} or {@code removed},
     *     which it does not count
     */
    record Model(String vendor, int cpuFamily, FeatureSet features) {}

    private static final Model NOTHING = new Model("", 0, FeatureSet.empty());

    private final Map<String, Model> models = new LinkedHashMap<>();

    private CpuMap() {}

    /**
     * Reads the folder.
     *
     * @throws LabException when the folder is none of libvirt's
     */
    static CpuMap read(Path directory) {
        CpuMap map = new CpuMap();
        NodeList includes = parse(directory.resolve("index.xml")).getElementsByTagName("include");
        for (int i = 0; i < includes.getLength(); i++) {
            String file = ((Element) includes.item(i)).getAttribute("filename");
            if (file.startsWith("x86_")) {
                for (Element model : children(parse(directory.resolve(file)).getDocumentElement(), "model")) {
                    map.models.put(model.getAttribute("name"), model(model, map.models));
                }
            }
        }
        return map;
    }

    /** The models by name, in libvirt's order, older ones first. */
    Map<String, Model> models() {
        return Collections.unmodifiableMap(models);
    }

    private static Model model(Element model, Map<String, Model> before) {
        Model extended = NOTHING;
        for (Element other : children(model, "model")) {
            extended = before.getOrDefault(other.getAttribute("name"), NOTHING);
        }
        String vendor = extended.vendor();
        for (Element own : children(model, "vendor")) {
            vendor = own.getAttribute("name");
        }
        int family = extended.cpuFamily();
        for (Element signature : children(model, "signature").stream().limit(1).toList()) {
            family = Integer.parseInt(signature.getAttribute("family"));
        }
        List<String> features = new ArrayList<>();
        for (Element feature : children(model, "feature")) {
            boolean counts = !feature.getAttribute("added").equals("yes")
                    && !feature.getAttribute("removed").equals("yes");
            if (counts) {
                features.add(feature.getAttribute("name"));
            }
        }
        return new Model(vendor, family, extended.features().union(FeatureSet.copyOf(features)));
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }

    private static Document parse(Path file) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        } catch (IOException | SAXException e) {
            throw new LabException(file + " can't be read; is that folder libvirt's cpu_map?", e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform reads XML", e);
        }
    }
}
