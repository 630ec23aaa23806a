package io.cpubaseline.operator.verification;

import java.util.Objects;

/** A run that can't go on; the message says why, for people, without a full stop. */
final class Ended extends Exception {

    private static final long serialVersionUID = 1;

    Ended(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
