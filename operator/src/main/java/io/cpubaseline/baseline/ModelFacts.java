package io.cpubaseline.baseline;

import io.cpubaseline.cpu.CpuModel;
import java.util.Set;

/** A model with what is the same for every fleet. */
record ModelFacts(CpuModel model, Set<String> vendors, boolean tsx, int countedFeatures) {}
