package io.cpubaseline.verification;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guest finds wrong with itself. It answers the readiness probe by an HTTP status, which kubelet puts into an event of the pod: the only
 * words that reach the cluster without a login to the guest (pkg/probe/http/http.go in Kubernetes 1.36: {@code HTTP probe failed with
 * statuscode: 503}). {@code guest.py} answers with the same codes.
 */
public enum Complaint {
    /** The load has not been started yet. */
    NOT_READY(425, "it has not started its load: stress-ng is not in its image, and could not be installed"),
    /** The counter does not go on. */
    STOOD_STILL(503, "its counter stands still"),
    /** stress-ng found a wrong result, or died. */
    LOAD_FAILED(500, "stress-ng has ended, which it does when a result is wrong"),
    /** A flag of the baseline isn't in {@code /proc/cpuinfo}. */
    FLAGS_MISSING(417, "CPU flags that the baseline promises are missing in it"),
    /** It was booted anew, which no migration does. */
    RESTARTED(410, "its kernel was booted anew");

    private static final Pattern STATUS = Pattern.compile("statuscode: (\\d{3})\\b");

    private final int status;
    private final String words;

    Complaint(int status, String words) {
        this.status = status;
        this.words = words;
    }

    /** The HTTP status by which a guest says it. */
    public int status() {
        return status;
    }

    /** What is wrong with the guest. */
    public String words() {
        return words;
    }

    /** What a guest has said by the message of an event. */
    public static Optional<Complaint> of(String message) {
        Matcher matcher = STATUS.matcher(message);
        if (matcher.find()) {
            int said = Integer.parseInt(matcher.group(1));
            for (Complaint complaint : values()) {
                if (complaint.status == said) {
                    return Optional.of(complaint);
                }
            }
        }
        return Optional.empty();
    }
}
