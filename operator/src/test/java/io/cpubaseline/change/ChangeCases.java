package io.cpubaseline.change;

import static io.cpubaseline.change.Story.node;

import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Hosts that stories of the pin are about, and what they ask of decisions. */
final class ChangeCases {

    static final String SKYLAKE = "xeon-gold-6130";
    /** As {@link #SKYLAKE} but for md-clear, which it doesn't need. */
    static final String ICE_LAKE = "ice-lake-server";

    static final String BROADWELL = "xeon-e5-2650-v4";
    static final String SANDY_BRIDGE = "xeon-e5-2650";
    static final String NEHALEM = "xeon-w3520";
    /** Has gfni and sha-ni, but no AVX-512. */
    static final String RAPTOR_LAKE = "node-i5-13500";

    static final String NAPLES = "epyc-7601-32-core";

    static final Duration MINUTE = Duration.ofMinutes(1);

    private ChangeCases() {}

    static Candidate candidate(Decision decision) {
        return Objects.requireNonNull(decision.next().candidate());
    }

    static Verdict waiting(Decision decision) {
        return Objects.requireNonNull(decision.waiting());
    }

    static Verdict approval(Decision decision) {
        return Objects.requireNonNull(decision.approval());
    }

    static NodeCpu sized(String name, String host, int size) {
        return node(name, host)
                .on(new NodeHost(NodePlatform.unknown(), new NodeCapacity(size * 1000L, (long) size << 30), List.of()));
    }

    static Policy atLeast(AbiLevel minimum) {
        Policy any = Story.SINGLE;
        return new Policy(
                any.vendors(),
                minimum,
                any.maximum(),
                any.modelName(),
                any.excludedModels(),
                any.profile(),
                any.required(),
                any.excludedFeatures());
    }
}
