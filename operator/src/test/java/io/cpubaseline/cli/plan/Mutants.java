package io.cpubaseline.cli.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Texts with one to three faults: cut off, bytes that come, go or come twice, and pieces that mean something where they don't belong.
 *
 * @param pieces what is put into them
 * @param longest how many bytes go, or come twice, at most
 */
record Mutants(List<String> pieces, int longest) {

    /** Another one, each time. */
    byte[] next(Random random, byte[] original) {
        byte[] bytes = original;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length + 1);
            int end = Math.min(bytes.length, at + random.nextInt(longest));
            byte[] piece = pieces.get(random.nextInt(pieces.size())).getBytes(StandardCharsets.UTF_8);
            bytes = switch (random.nextInt(6)) {
                case 0 -> Arrays.copyOf(bytes, at);
                case 1 -> splice(bytes, at, at, new byte[] {(byte) random.nextInt(256)});
                case 2 -> splice(bytes, at, end, new byte[0]);
                case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
                case 4 -> splice(bytes, at, end, piece);
                default -> splice(bytes, at, at, piece);
            };
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
        return result;
    }
}
