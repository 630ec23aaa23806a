package io.cpubaseline.cli.configuration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configuration of a program that runs virtual machines, made of what nodes have in common. */
public interface Configuration {

    /**
     * What nodes have in common.
     *
     * @param each a CPU for each vendor of which there are nodes, sorted by vendor, or one for all; at least one
     * @param all one for all nodes; null if they have none in common
     */
    record Found(List<CommonCpu> each, @Nullable CommonCpu all) {

        /** Makes the list immutable. */
        public Found {
            each = List.copyOf(each);
        }
    }

    /** The configuration's lines, with comments in its own syntax; none where the program takes one CPU for all, and there is none. */
    List<String> lines(Found found);
}
