package io.cpubaseline.cli.pools;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.pools.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A pool with a name, which is that of its baseline and the value of its nodes' label: vendor and level, {@code intel-v4}.
 *
 * @param name the name
 * @param pool the pool
 */
record NamedPool(String name, Pool pool) {

    /** The label by which a pool's baseline selects its nodes. */
    static final String LABEL = "cpubaseline.io/pool";

    /** The lines of a command; a terminal has 80 columns, of which the page indents four. */
    private static final int WIDTH = 76;

    /** Names pools; those of one vendor and level are numbered. */
    static List<NamedPool> of(List<Pool> pools) {
        Map<String, Integer> used = new HashMap<>();
        List<NamedPool> named = new ArrayList<>();
        for (Pool pool : pools) {
            String name = vendor(pool) + "-" + pool.baseline().level().label().replace("x86-64-", "");
            int number = used.merge(name, 1, Integer::sum);
            named.add(new NamedPool(number == 1 ? name : name + "-" + number, pool));
        }
        return named;
    }

    private static String vendor(Pool pool) {
        if (pool.vendors().size() > 1) {
            return "mixed";
        }
        String vendor = pool.vendors().first().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return vendor.isEmpty() ? "unknown" : vendor;
    }

    /** The command that gives its nodes their label, broken into lines. */
    List<String> label() {
        return command(pool.nodes().stream().map(NodeCpu::name).toList(), LABEL + "=" + name + " --overwrite");
    }

    /** The command that labels these nodes, broken into lines. */
    static List<String> command(List<String> nodes, String change) {
        List<String> words = new ArrayList<>(nodes);
        words.add(change);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("kubectl label node");
        for (String word : words) {
            if (line.length() + word.length() + 3 > WIDTH) {
                lines.add(line + " \\");
                line = new StringBuilder(" ");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
