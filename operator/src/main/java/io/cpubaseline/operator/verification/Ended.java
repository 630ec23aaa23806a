package io.cpubaseline.operator.verification;

import java.util.Objects;

/** A run that can't go on; the message says why, for people, without a full stop. */
final class Ended extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean calledOff;

    Ended(String message) {
        this(message, false);
    }

    private Ended(String message, boolean calledOff) {
        super(message, null, false, false);
        this.calledOff = calledOff;
    }

    /** Somebody has called it off: what is missing by now says nothing. */
    static Ended calledOff(String message) {
        return new Ended(message, true);
    }

    /** Whether somebody has called it off. */
    boolean isCalledOff() {
        return calledOff;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
