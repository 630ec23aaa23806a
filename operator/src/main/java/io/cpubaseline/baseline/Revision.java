package io.cpubaseline.baseline;

import io.cpubaseline.cpu.FeatureSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The identity of a baseline: the same on every cluster, whatever the catalog's version. */
public final class Revision {

    private static final int HEX_DIGITS = 10;

    private Revision() {}

    /** The model's name, a dash, and 10 hex digits of the SHA-256 of the model and the sorted features, one a line. */
    public static String of(String model, FeatureSet required) {
        StringBuilder text = new StringBuilder(model).append('\n');
        required.stream().forEach(feature -> text.append(feature).append('\n'));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return model + "-" + HexFormat.of().formatHex(digest).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
