package io.cpubaseline.operator.controller;

import io.cpubaseline.operator.admission.BindingWriter;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.clusterdefault.DefaultWriter;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.machines.VirtualMachineWriter;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.EventRecorder;
import io.cpubaseline.operator.telling.Metrics;
import io.cpubaseline.operator.telling.ReleaseFinalizer;
import io.cpubaseline.operator.telling.StatusWriter;
import java.time.Clock;
import java.time.InstantSource;

/**
 * What a controller works with.
 *
 * @param api the API server, for what has no writer of its own here
 * @param cluster everything that is watched
 * @param changes wakes baselines; an event source for the controller to return
 * @param statuses writes statuses
 * @param virtualMachines writes VirtualMachines
 * @param bindings writes bindings of the admission policy
 * @param defaults writes KubeVirt's default model
 * @param defaultFinalizer holds deleted baselines until they have given that back
 * @param finalizer holds deleted baselines until they have given back what they hold
 * @param events writes events
 * @param metrics counts
 * @param options waiting times and switches
 * @param clock the time
 * @param clusterTime the time by the API server's clock
 */
public record Equipment(
        ApiServer api,
        WatchedCluster cluster,
        ChangeSource changes,
        StatusWriter statuses,
        VirtualMachineWriter virtualMachines,
        BindingWriter bindings,
        DefaultWriter defaults,
        ReleaseFinalizer defaultFinalizer,
        ReleaseFinalizer finalizer,
        EventRecorder events,
        Metrics metrics,
        RunOptions options,
        Clock clock,
        InstantSource clusterTime) {}
