package io.cpubaseline.report;

import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Lists of names that people read: sorted, short, and fewer where the names are long. */
final class NodeNames {

    private static final int EXAMPLES = 3;
    private static final int LONGEST = 160;

    private NodeNames() {}

    /** The names of some of these nodes, in one line; an ellipsis where there are more. */
    static String examples(Collection<NodeCpu> nodes) {
        List<String> names = first(nodes, EXAMPLES);
        return String.join(", ", names) + (nodes.size() > names.size() ? ", …" : "");
    }

    /** The names of the first of these nodes. */
    static List<String> first(Collection<NodeCpu> nodes, int limit) {
        return first(nodes.stream().map(NodeCpu::name), limit);
    }

    /** The first of these names. */
    static List<String> first(Stream<String> names, int limit) {
        List<String> first = new ArrayList<>();
        int length = 0;
        for (String name : names.sorted().limit(limit).toList()) {
            length += name.length();
            if (first.isEmpty() || length <= LONGEST) {
                first.add(name);
            }
        }
        return List.copyOf(first);
    }
}
