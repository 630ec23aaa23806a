package io.cpubaseline.lab;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this process does when it is told to end, by Ctrl-C or otherwise: the JVM's own answer, unless a native library changes it. */
final class Signals {
    /** SIGHUP, SIGINT, SIGQUIT and SIGTERM, see signal(7). */
    private static final int[] NUMBERS = {1, 2, 3, 15};

    /** More than a struct sigaction has, which is 152 bytes in glibc. */
    private static final long SIZE = 512;

    private Signals() {}

    /** Does some work, and undoes whatever that has changed in how signals are answered. */
    static <T> T keptDuring(Supplier<T> work) {
        Map<Integer, Memory> before = new LinkedHashMap<>();
        for (int number : NUMBERS) {
            Memory action = new Memory(SIZE);
            sigaction(number, null, action);
            before.put(number, action);
        }
        try {
            return work.get();
        } finally {
            before.forEach((number, action) -> sigaction(number, action, null));
        }
    }

    private static void sigaction(int number, @Nullable Pointer wanted, @Nullable Pointer found) {
        int failed = Function.getFunction("c", "sigaction").invokeInt(new @Nullable Object[] {number, wanted, found});
        if (failed != 0) {
            throw new LabException("sigaction refuses signal " + number);
        }
    }
}
