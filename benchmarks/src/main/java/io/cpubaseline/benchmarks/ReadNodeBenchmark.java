package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.operator.watch.SkippingJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What reading a node costs that an event brings, 43 kB with all labels and the {@code managedFields} that repeat them: by Jackson's own parser, and by the one
 * that passes over what nobody reads by its bytes. The ratio holds on a machine that others use.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReadNodeBenchmark {

    private final JsonFactory jackson = new JsonFactory();
    private final JsonFactory skipping = new SkippingJson(new JsonFactoryBuilder());
    private EvidenceReader reader;
    private byte[] node;

    /** Kept, as the operator does: so its evidence is known when it is read again. */
    private NodeFacts last;

    /** Makes the node, in the order in which the API server writes. */
    @Setup
    public void prepare() throws IOException {
        reader = new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped());
        ObjectNode object;
        try (MappingIterator<ObjectNode> documents = new YAMLMapper()
                .readerFor(ObjectNode.class)
                .readValues(Path.of("e2e/src/main/resources/homelab/nodes.yaml").toFile())) {
            object = documents.next();
        }
        ObjectNode metadata = object.withObject("/metadata");
        JsonNode labels = metadata.remove("labels");
        JsonNode annotations = metadata.remove("annotations");
        metadata.set("labels", labels);
        metadata.set("annotations", annotations);
        ObjectNode owned = metadata.putArray("managedFields")
                .addObject()
                .put("manager", "virt-handler")
                .put("operation", "Update")
                .withObject("/fieldsV1/f:metadata/f:labels");
        labels.fieldNames().forEachRemaining(label -> owned.putObject("f:" + label));
        node = new ObjectMapper().writeValueAsBytes(object);
        last = read(jackson);
    }

    private NodeFacts read(JsonFactory factory) throws IOException {
        try (JsonParser parser = factory.createParser(node)) {
            parser.nextToken();
            return reader.node(parser);
        }
    }

    /** By Jackson's own parser. */
    @Benchmark
    public NodeFacts jackson() throws IOException {
        last = read(jackson);
        return last;
    }

    /** By the operator's. */
    @Benchmark
    public NodeFacts skipping() throws IOException {
        last = read(skipping);
        return last;
    }
}
