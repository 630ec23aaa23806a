package io.cpubaseline.cpu;

import java.util.List;
import java.util.Optional;

/**
 * A micro-architecture level of the x86-64 psABI, which compilers and distributions target (RHEL 9 needs v2, RHEL 10 v3). Levels are
 * cumulative and ordered; which features make a level is a table of the catalog. {@link #NONE} is a CPU below v1.
 *
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">x86-64 psABI, "Micro-Architecture Levels"</a>
 */
public enum AbiLevel {
    NONE("none"),
    V1("x86-64-v1"),
    V2("x86-64-v2"),
    V3("x86-64-v3"),
    V4("x86-64-v4");

    /** All of them, upwards from {@link #NONE}. */
    static final List<AbiLevel> LOWEST_FIRST = List.of(values());

    /** The levels from v4 down to v1. */
    public static final List<AbiLevel> HIGHEST_FIRST = List.of(V4, V3, V2, V1);

    private final String label;

    AbiLevel(String label) {
        this.label = label;
    }

    /** The level's name as everyone writes it, for example {@code x86-64-v3}. */
    public String label() {
        return label;
    }

    /** The level of that name, or nothing if there is none. */
    public static Optional<AbiLevel> parse(String label) {
        for (AbiLevel level : values()) {
            if (level.label.equals(label)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** Whether this level is that one or higher. */
    public boolean atLeast(AbiLevel other) {
        return compareTo(other) >= 0;
    }

    /** The next higher level; nothing above the highest. */
    public Optional<AbiLevel> above() {
        return LOWEST_FIRST.stream().filter(level -> level.compareTo(this) > 0).findFirst();
    }

    /** The next lower level; nothing below the lowest. */
    public Optional<AbiLevel> below() {
        return LOWEST_FIRST.stream().filter(level -> level.compareTo(this) < 0).reduce((lower, higher) -> higher);
    }

    @Override
    public String toString() {
        return label;
    }
}
