package io.cpubaseline.operator.cluster;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;

/** Reads nodes as evidence. */
record NodeReader(EvidenceReader evidence) implements ObjectReader<NodeFacts> {

    @Override
    public NodeFacts read(JsonParser object) throws IOException {
        return evidence.node(object);
    }

    @Override
    public ObjectName nameOf(NodeFacts view) {
        return new ObjectName("", view.name());
    }
}
