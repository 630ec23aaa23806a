package io.cpubaseline.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The command {@code labctl}: a detached lab, kept in a directory. */
public final class LabCtl {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String USAGE = "usage: labctl up [--full] [--operator] [--dir DIR] [--nodes PATH]..."
            + " | kubectl [--dir DIR] ARGUMENT... | status [--dir DIR] | down [--dir DIR]";

    /** The order in which programs end: whoever uses another one goes first. What is not named comes before all of these. */
    private static final List<String> LAST_TO_END = List.of("kube-apiserver", "etcd");

    private final Path directory;

    private LabCtl(Path directory) {
        this.directory = directory;
    }

    /** Exit code 0: done; 1: it did not work, or no lab runs; 2: wrong arguments. */
    public static void main(String[] arguments) {
        try {
            System.exit(run(List.of(arguments)));
        } catch (LabException e) {
            System.err.println("labctl: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int run(List<String> arguments) {
        Path directory = Programs.e2eDirectory().resolveSibling(".lab");
        LabOptions options = LabOptions.apiServer();
        boolean operator = false;
        List<Path> nodes = new ArrayList<>();
        List<String> forKubectl = new ArrayList<>();
        Iterator<String> words = arguments.iterator();
        String verb = words.hasNext() ? words.next() : "";
        while (words.hasNext()) {
            String option = words.next();
            if (option.equals("--full")) {
                options = LabOptions.full();
            } else if (option.equals("--operator")) {
                operator = true;
            } else if (option.equals("--dir") && words.hasNext()) {
                directory = Path.of(words.next()).toAbsolutePath();
            } else if (option.equals("--nodes") && words.hasNext()) {
                nodes.add(Path.of(words.next()));
            } else if (verb.equals("kubectl")) {
                forKubectl.add(option);
                words.forEachRemaining(forKubectl::add);
            } else {
                return usage();
            }
        }
        LabCtl lab = new LabCtl(directory);
        return switch (verb) {
            case "up" -> lab.up(options, operator, nodes);
            case "kubectl" -> lab.kubectl(forKubectl);
            case "down" -> lab.down();
            case "status" -> lab.status();
            default -> usage();
        };
    }

    private static int usage() {
        System.err.println(USAGE);
        return 2;
    }

    private int up(LabOptions options, boolean operator, List<Path> nodes) {
        if (!programs().isEmpty()) {
            throw new LabException("a lab runs in " + directory + " already; end it with: labctl down");
        }
        Directories.delete(directory);
        NodeManifests manifests = NodeManifests.read(nodes.toArray(Path[]::new));
        try (Lab lab = Lab.start(options.in(directory).detach())) {
            lab.apply(manifests);
            if (operator) {
                Path account = Chart.install(lab, Map.of("virtualMachines.write", "true"));
                Operator.start(lab, account).awaitReady();
            }
            System.out.println(lab.kubeconfig());
        }
        return 0;
    }

    private int kubectl(List<String> arguments) {
        Path kubeconfig = directory.resolve("kubeconfig");
        if (!Files.isReadable(kubeconfig)) {
            throw new LabException("no lab runs in " + directory + "; start one with: labctl up");
        }
        return new Kubectl(Programs.find(List.of(Programs.KUBERNETES)).path("kubectl"), kubeconfig).show(arguments);
    }

    private int down() {
        SortedMap<Integer, List<Program>> byPlace =
                programs().stream().collect(Collectors.groupingBy(Program::place, TreeMap::new, Collectors.toList()));
        byPlace.values().forEach(LabCtl::end);
        Directories.delete(directory);
        return 0;
    }

    private int status() {
        List<Program> programs = programs();
        if (programs.isEmpty()) {
            System.out.println("No lab runs in " + directory);
            return 1;
        }
        System.out.println("KUBECONFIG=" + directory.resolve("kubeconfig"));
        for (Program program : programs) {
            System.out.println(program.name() + " " + program.process().pid() + ", log "
                    + directory.resolve(program.name() + ".log"));
        }
        return 0;
    }

    /** Asks all of them to end at once, and ends whoever has not done so after five seconds. */
    private static void end(List<Program> programs) {
        programs.forEach(program -> program.process().destroy());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Program program : programs) {
            Wait.until(
                    () -> {
                        if (System.nanoTime() > deadline) {
                            program.process().destroyForcibly();
                        }
                        return !program.process().isAlive();
                    },
                    PATIENCE.multipliedBy(2),
                    () -> program.name() + " does not end");
        }
    }

    private record Program(String name, ProcessHandle process) {
        int place() {
            return LAST_TO_END.indexOf(name);
        }
    }

    /** What runs in the directory, in the order in which it should end. */
    private List<Program> programs() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        return Directories.filesIn(directory, List.of(".pid")).stream()
                .flatMap(file -> running(file).stream())
                .sorted((one, other) -> Integer.compare(one.place(), other.place()))
                .toList();
    }

    private Optional<Program> running(Path pidFile) {
        try {
            String name = String.valueOf(pidFile.getFileName()).replaceFirst("\\.pid$", "");
            long pid = Long.parseLong(Files.readString(pidFile));
            // The id may belong to somebody else by now: ours works in the lab's directory.
            Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
            if (!Files.exists(workingDirectory) || !Files.isSameFile(workingDirectory, directory)) {
                return Optional.empty();
            }
            return ProcessHandle.of(pid).map(process -> new Program(name, process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
