package io.cpubaseline.operator.cluster;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;

/** Reads node-feature-discovery's NodeFeature objects as evidence. */
record NodeFeatureReader(EvidenceReader evidence) implements ObjectReader<NodeFeatureFacts> {

    @Override
    public NodeFeatureFacts read(JsonParser object) throws IOException {
        return evidence.nodeFeature(object);
    }

    @Override
    public ObjectName nameOf(NodeFeatureFacts view) {
        return new ObjectName(view.namespace(), view.name());
    }
}
