package io.cpubaseline.campaign;

import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;

/**
 * A pause after some restarts.
 *
 * @param upTo how many restarted virtual machines in all
 * @param pause how long no restart begins once they are
 */
public record Step(Share upTo, Duration pause) {}
