package io.cpubaseline;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.operator.kube.PreparedClient;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a command will need, whatever its options say, is made ready on other threads while the options are being read: half of the time that people wait for a
 * command is that of reading options and tables, and of loading what speaks TLS.
 */
final class HeadStart {

    private static final Set<String> ASK_A_CLUSTER =
            Set.of("plan", "explain", "what-if", "pools", "report", "compare", "vms", "why-not", "verify", "release");
    private static final List<String> NO_CLUSTER = List.of("-f", "--filename", "--no-fleet");
    private static final List<String> ASK_FOR_WORDS = List.of("-h", "--help", "-V", "--version");

    private HeadStart() {}

    /** Begins, if the words of the command line are those of such a command. What is begun for nothing does no harm. */
    static void of(String... arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (!ASK_A_CLUSTER.contains(command) || has(ASK_FOR_WORDS, arguments)) {
            return;
        }
        begin("tables", () -> {
            CatalogLoader.selection();
            FlagNames.shipped();
        });
        if (!has(NO_CLUSTER, arguments)) {
            try {
                PreparedClient.begin(
                        value("--kubeconfig", arguments).map(Path::of).orElse(null),
                        value("--context", arguments).orElse(null));
            } catch (InvalidPathException e) {
                // The options' reader has the words for it.
            }
        }
    }

    private static boolean has(List<String> options, String... arguments) {
        for (String argument : arguments) {
            if (options.stream().anyMatch(argument::startsWith)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> value(String option, String... arguments) {
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].equals(option) && i + 1 < arguments.length) {
                return Optional.of(arguments[i + 1]);
            }
            if (arguments[i].startsWith(option + "=")) {
                return Optional.of(arguments[i].substring(option.length() + 1));
            }
        }
        return Optional.empty();
    }

    private static void begin(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        // Whoever needs it meets it again, and has the words for it.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
