package io.cpubaseline.cli.plan;

import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;

/** For tests in which no cluster is asked. */
final class NoCluster {

    static final LiveCluster ASKED = (address, pages) -> {
        throw new InputException("no cluster is to be asked here");
    };

    private NoCluster() {}
}
