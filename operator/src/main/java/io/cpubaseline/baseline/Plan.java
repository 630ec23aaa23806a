package io.cpubaseline.baseline;

import io.cpubaseline.fleet.Fleet;

/**
 * The result of planning.
 *
 * @param fleet the judged nodes
 * @param answer the baseline, or why there is none
 * @param explanation why
 */
public record Plan(Fleet fleet, Answer answer, Explanation explanation) {}
