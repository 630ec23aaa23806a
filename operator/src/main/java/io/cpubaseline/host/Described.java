package io.cpubaseline.host;

import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.manifest.Place;

/**
 * A host that a text describes.
 *
 * @param facts the host
 * @param place where its description begins
 */
public record Described(HostFacts facts, Place place) {}
