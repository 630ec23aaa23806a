package io.cpubaseline.operator.whynot;

import java.util.Collection;

/** Which namespace is meant where none is named. */
final class Homes {

    private Homes() {}

    /** What a name with a namespace before it should be. */
    private static String namespaceIn(String name) {
        int slash = name.indexOf('/');
        return slash < 0
                ? "; kubectl get vm -A lists those that there are"
                : "; a namespace is told by -n: -n %s %s"
                        .formatted(name.substring(0, slash), name.substring(slash + 1));
    }

    /**
     * The only namespace with a virtual machine of that name.
     *
     * @throws Reading.Unanswerable if there is none, or more than one
     */
    static String only(String name, Collection<String> homes) {
        if (homes.size() == 1) {
            return homes.iterator().next();
        }
        throw new Reading.Unanswerable(
                homes.isEmpty()
                        ? "there is no VirtualMachine %s%s".formatted(name, namespaceIn(name))
                        : "several namespaces have a VirtualMachine %s: %s; name one by -n"
                                .formatted(
                                        name,
                                        String.join(
                                                ", ", homes.stream().sorted().toList())));
    }
}
