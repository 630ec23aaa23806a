package io.cpubaseline.lab;

import org.jspecify.annotations.Nullable;

/**
 * The one lab that all stories of a JVM share: started by the first that asks for it, empty for each. A story that breaks processes
 * starts its own instead.
 */
public final class SharedLab {
    private static @Nullable Lab lab;

    private SharedLab() {}

    /** The lab as it was when it had started: what earlier stories left is deleted. Call it in {@code @BeforeEach}. */
    public static synchronized Lab get() {
        if (lab == null) {
            // It ends with the JVM.
            lab = Lab.start(LabOptions.apiServer());
        } else {
            lab.reset();
        }
        return lab;
    }
}
