package io.cpubaseline.lab;

/** Something in the lab did not work. The message says what, and where to look or what to do. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LabException(String message) {
        super(message);
    }

    LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
