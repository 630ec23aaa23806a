package io.cpubaseline.report;

import io.cpubaseline.Reason;

/**
 * What a condition says.
 *
 * @param status True, False or Unknown, as Kubernetes writes it
 * @param reason the condition's reason
 * @param message for people
 */
record Finding(String status, Reason reason, String message) {

    static Finding yes(Reason reason, String message) {
        return new Finding("True", reason, message);
    }

    static Finding no(Reason reason, String message) {
        return new Finding("False", reason, message);
    }

    static Finding unknown(Reason reason, String message) {
        return new Finding("Unknown", reason, message);
    }
}
