package io.cpubaseline.cli.input;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A ClusterCpuBaseline beside the nodes.
 *
 * @param name its name
 * @param status its status, as it was read; a missing node if it has none
 */
public record BaselineFound(String name, JsonNode status) {}
