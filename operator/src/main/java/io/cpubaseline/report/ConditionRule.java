package io.cpubaseline.report;

import java.util.Optional;

/** One condition of a ClusterCpuBaseline. */
interface ConditionRule {

    /** The condition's type. */
    String type();

    /** What it says; nothing where the condition has no meaning now, and is left out. */
    Optional<Finding> judge(Circumstances now);
}
