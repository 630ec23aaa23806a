package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.watch.ObjectName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which virtual machines of each baseline may have changed since it last took them to look at. Safe for use by several threads. */
final class Touched {

    /** Where there are more, any may have changed. */
    static final int MOST = 5_000;

    /** By baseline; nothing where any may have changed. Guarded by this object. */
    private final Map<String, Optional<Set<ObjectName>>> names = new HashMap<>();

    /** One virtual machine may have changed, come or gone. */
    synchronized void touch(String baseline, ObjectName name) {
        Optional<Set<ObjectName>> known = names.get(baseline);
        if (known == null || known.isEmpty()) {
            return;
        }
        Set<ObjectName> some = known.get();
        some.add(name);
        if (some.size() > MOST) {
            // A baseline that is never reconciled must not fill the memory.
            names.put(baseline, Optional.empty());
        }
    }

    /** Any of a baseline may have changed. */
    synchronized void touchAll(String baseline) {
        names.computeIfPresent(baseline, (name, some) -> Optional.empty());
    }

    /** Any of any baseline may have changed. */
    synchronized void touchAll() {
        names.replaceAll((baseline, some) -> Optional.empty());
    }

    /** Those to look at now; nothing if that may be any, as for a baseline that takes for the first time. */
    synchronized Optional<Set<ObjectName>> take(String baseline) {
        Optional<Set<ObjectName>> taken = names.put(baseline, Optional.of(new HashSet<>()));
        return taken == null ? Optional.empty() : taken;
    }

    /** Forgets a baseline. */
    synchronized void forget(String baseline) {
        names.remove(baseline);
    }
}
