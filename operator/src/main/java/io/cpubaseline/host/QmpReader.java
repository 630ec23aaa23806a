package io.cpubaseline.host;

import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what QEMU's monitor has answered (QEMU qapi/machine-target.json, {@code query-cpu-model-expansion}): greetings, events and other answers around
 * it are passed over.
 */
final class QmpReader {

    private static final String COMMAND =
            "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"full\",\"model\":{\"name\":\"host\"}}}";

    /** Models that are whatever the hypervisor can give; a static expansion is of {@code base}. */
    private static final Set<String> WHOLE = Set.of("host", "max", "base");

    /** What QEMU's emulator calls its CPU (QEMU target/i386/cpu.c, {@code max_x86_cpu_initfn}). */
    private static final String EMULATOR = "QEMU TCG CPU";

    private final CpuCatalog catalog;
    private final String title;

    QmpReader(CpuCatalog catalog, String title) {
        this.catalog = catalog;
        this.title = title;
    }

    /** All expansions in the text. */
    List<Described> read(ManifestParser parser) throws IOException {
        List<Described> hosts = new ArrayList<>();
        Place start = new Place(title, 0, 0);
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            Place place = parser.place();
            start = hosts.isEmpty() ? place : start;
            if (token != JsonToken.START_OBJECT) {
                throw new InputException(place, "expected an answer of QMP, an object, found something else");
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                token = parser.nextToken();
                if (field.equals("error")) {
                    throw new InputException(place, "QEMU has answered with an error: ask it for " + COMMAND);
                }
                if (field.equals("return") && token == JsonToken.START_OBJECT) {
                    answer(parser, place, hosts);
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (hosts.isEmpty()) {
            throw new InputException(
                    start, "expected QEMU's answer with return.model.props, found none: ask it for " + COMMAND);
        }
        return hosts;
    }

    private void answer(ManifestParser parser, Place place, List<Described> hosts) throws IOException {
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (field.equals("model") && token == JsonToken.START_OBJECT) {
                HostReader.oneMore(hosts, place);
                hosts.add(new Described(model(parser, place), place));
            } else {
                parser.skipChildren();
            }
        }
    }

    private HostFacts model(ManifestParser parser, Place place) throws IOException {
        String name = "";
        Draft draft = new Draft();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (field.equals("name") && token == JsonToken.VALUE_STRING) {
                name = parser.getText();
            } else if (field.equals("props") && token == JsonToken.START_OBJECT) {
                draft.properties(parser);
            } else {
                parser.skipChildren();
            }
        }
        if (!WHOLE.contains(name)) {
            throw new InputException(
                    place,
                    "expected the expansion of the model host or max, which is all that the hypervisor gives, found that of %s; ask QEMU for %s"
                            .formatted(name.isEmpty() ? "none" : name, COMMAND));
        }
        if (draft.features.isEmpty()) {
            throw new InputException(
                    place,
                    "expected the features of this machine's CPU, found none that the catalog knows: is this QEMU one of x86-64? Ask it for "
                            + COMMAND);
        }
        return draft.facts();
    }

    /** An expansion while it is read. */
    private final class Draft {

        private final Set<String> features = new HashSet<>();
        private String vendor = "";
        private boolean emulated;

        void properties(ManifestParser parser) throws IOException {
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (token == JsonToken.VALUE_TRUE) {
                    catalog.featureName(field).ifPresent(features::add);
                } else if (field.equals("vendor") && token == JsonToken.VALUE_STRING) {
                    vendor = Vendors.named(parser.getText());
                } else if (field.equals("model-id") && token == JsonToken.VALUE_STRING) {
                    emulated = parser.getText().startsWith(EMULATOR);
                }
                parser.skipChildren();
            }
        }

        HostFacts facts() {
            return new HostFacts(
                    title,
                    HostFacts.Proof.HYPERVISOR,
                    emulated ? "" : vendor,
                    FeatureSet.copyOf(features),
                    new TreeSet<>(),
                    NodeCapacity.none(),
                    false,
                    emulated,
                    new TreeSet<>(),
                    List.of());
        }
    }
}
