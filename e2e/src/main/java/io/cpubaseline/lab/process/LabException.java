package io.cpubaseline.lab.process;

/** Something in the lab did not work. The message says what, and where to look or what to do. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message for people. */
    public LabException(String message) {
        super(message);
    }

    /** With a message for people, and what lies behind it. */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
