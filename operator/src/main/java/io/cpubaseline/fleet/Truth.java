package io.cpubaseline.fleet;

/** Yes, no, or not known: missing data is unknown, never absent. */
public enum Truth {
    YES,
    NO,
    UNKNOWN;

    /** {@link #YES} or {@link #NO}. */
    public static Truth of(boolean value) {
        return value ? YES : NO;
    }
}
