package io.cpubaseline.lab;

import java.util.HashMap;
import java.util.Map;

/**
 * The labs that all stories of a JVM share: started by the first that asks, empty for each. They end with the JVM. A story that breaks
 * processes starts its own instead.
 */
public final class SharedLab {
    private static final Map<LabOptions, Lab> LABS = new HashMap<>();

    private SharedLab() {}

    /**
     * etcd and an API server, as they were when they had started: what earlier stories left is deleted. Call it in {@code @BeforeEach}.
     */
    public static Lab get() {
        return get(LabOptions.apiServer());
    }

    /** The same with all components: VMs run and migrate. It is a lab of its own. */
    public static Lab full() {
        return get(LabOptions.full());
    }

    /** The one of these options. */
    public static synchronized Lab get(LabOptions options) {
        Lab lab = LABS.get(options);
        if (lab == null) {
            lab = Lab.start(options);
            LABS.put(options, lab);
        } else {
            lab.reset();
        }
        return lab;
    }
}
