package io.cpubaseline.campaign;

/** How a virtual machine is brought to its new CPU, the least disruptive first. */
public enum Method {

    /** Nothing is done: its owner stops it and starts it again. */
    WaitForStop,

    /** Its guest is asked to reboot, which is a new start where its {@code rebootPolicy} is {@code Terminate}. */
    GuestReboot,

    /** KubeVirt restarts it, with its grace period. */
    Restart
}
