package io.cpubaseline.virtualmachine;

/** What a VirtualMachineInstance is in the midst of, or can do; read from its status and spec (KubeVirt 1.8.4: {@code types.go}). */
public enum Trait {

    /** Its condition Ready is True: the guest runs, and answers its readiness probe if it has one. */
    READY,

    /** A migration of it is under way: a second pod is there, or {@code status.migrationState} hasn't ended. */
    MIGRATING,

    /** A backup of it is under way: {@code status.changedBlockTracking.backupStatus} isn't completed. */
    BACKING_UP,

    /** Its volumes are moved to other storage: condition VolumesChange. */
    VOLUMES_CHANGING,

    /** It is paused: condition Paused. */
    PAUSED,

    /** A reboot by its guest ends it, so that a new one is created: {@code rebootPolicy: Terminate}; and it can be asked for one. */
    REBOOTS_ANEW,

    /** It is being deleted. */
    ENDING
}
