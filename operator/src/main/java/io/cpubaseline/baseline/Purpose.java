package io.cpubaseline.baseline;

/** Why a feature is required beside the model. */
public enum Purpose {
    /** The x86-64 level needs it. */
    Level,
    /** A mitigation of a CPU vulnerability, or hardening of the guest's kernel. */
    Hardening,
    /** An instruction-set extra, or a sign that the CPU is immune, which saves work-arounds. */
    Performance,
    /** The user asked for it, or what the user asked for can't be used without it. */
    Policy
}
