package io.cpubaseline;

import io.cpubaseline.cli.compare.CompareCommand;
import io.cpubaseline.cli.completion.CompletionCommand;
import io.cpubaseline.cli.explain.ExplainCommand;
import io.cpubaseline.cli.page.ReportCommand;
import io.cpubaseline.cli.plan.PlanCommand;
import io.cpubaseline.cli.pools.PoolsCommand;
import io.cpubaseline.cli.whatif.WhatIfCommand;
import io.cpubaseline.console.StandardOutput;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.operator.listing.VmsCommand;
import io.cpubaseline.operator.planning.ListedCluster;
import io.cpubaseline.operator.process.RunCommand;
import io.cpubaseline.operator.release.ReleaseCommand;
import io.cpubaseline.operator.verification.VerifyCommand;
import io.cpubaseline.operator.whynot.WhyNotCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: {@code cpu-baseline plan} computes a baseline of a cluster or of files, {@code cpu-baseline explain} tells all about a flag, a model, a node or a level there, {@code cpu-baseline pools} splits a mixed fleet into several, {@code cpu-baseline what-if} tells what a change would bring, {@code cpu-baseline report} makes a page to show around, {@code cpu-baseline run} is the operator, {@code cpu-baseline release} gives virtual machines back, {@code cpu-baseline vms} lists them,
 * {@code cpu-baseline why-not} says why one can't start or migrate, {@code cpu-baseline verify} migrates some to every node.
 */
@Command(
        name = "cpu-baseline",
        description = "Finds the CPU baseline that every node of a KubeVirt cluster can give to its virtual machines.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 no baseline or no node is possible, 2 bad input, 70 internal error.",
            "As a kubectl plugin (kubectl-cpu_baseline on the PATH): kubectl cpu-baseline …"
        })
public final class Main implements Callable<Integer> {

    private static final int INTERNAL_ERROR = 70;
    private static final String HELP = "help";

    /** It takes less than one; waiting for longer would not be worth it. */
    private static final long SELECTOR_END_MILLIS = 50;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(output.printing());
        if (arguments.length == 0 || !arguments[0].equals("run")) {
            // Only the operator logs.
            System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
            System.setProperty("slf4j.internal.verbosity", "WARN");
        }
        HeadStart.of(arguments);
        int code = run(arguments);
        endConnections();
        System.out.flush();
        System.exit(output.failure()
                .map(why -> {
                    System.err.println("cpu-baseline: the output could not be written: " + why);
                    return INTERNAL_ERROR;
                })
                .orElse(code));
    }

    /**
     * Ends the threads that wait for answers from the network: nobody asks any more. At its end the JVM waits 300 ms for threads that are in native code, as these
     * always are (Java 17: VM_Exit::wait_for_threads_in_native_to_block; seen), and its HTTP client can't be closed before Java 21.
     */
    private static void endConnections() {
        Thread[] threads = new Thread[2 * Thread.activeCount()];
        int count = Thread.enumerate(threads);
        for (Thread thread : Arrays.asList(threads).subList(0, count)) {
            if (thread.getName().endsWith("-SelectorManager")) {
                thread.interrupt();
                try {
                    thread.join(SELECTOR_END_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    public static int run(String... arguments) {
        CommandLine commandLine = commandLine(arguments);
        // With --help behind it, the name of a command that there is none of would get the help of all.
        if (arguments.length > 0
                && !arguments[0].startsWith("-")
                && !commandLine.getSubcommands().containsKey(arguments[0])) {
            commandLine
                    .getErr()
                    .printf(
                            "cpu-baseline: there is no command \"%s\", only: %s%nTry: cpu-baseline --help%n",
                            arguments[0],
                            String.join(
                                    ", ",
                                    new TreeSet<>(commandLine.getSubcommands().keySet())));
            return commandLine.getCommandSpec().exitCodeOnInvalidInput();
        }
        return commandLine.execute(arguments);
    }

    public static CommandLine commandLine(String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        Map<String, Supplier<Object>> commands = commands();
        String asked = arguments.length == 0 ? "" : arguments[0];
        // To make one takes a while, and most bring the Kubernetes client and logging: nobody should wait for those
        // that weren't asked for.
        commands.forEach((name, command) -> {
            if (name.equals(asked) || !commands.containsKey(asked) || asked.equals(HELP)) {
                commandLine.addSubcommand(command.get());
            }
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
            command.getErr().println("cpu-baseline: internal error, please report it: " + exception);
            exception.printStackTrace(command.getErr());
            return INTERNAL_ERROR;
        });
        commandLine.setParameterExceptionHandler((exception, parsed) -> {
            CommandLine command = exception.getCommandLine();
            ParameterException told = unmatchedBefore(exception, command);
            command.getErr().println("cpu-baseline: " + told.getMessage());
            if (!UnmatchedArgumentException.printSuggestions(told, command.getErr())) {
                command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
            }
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        return commandLine;
    }

    /** All commands by their names, in the order of the help. */
    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        // The client is loaded only if a cluster is asked.
        LiveCluster cluster = (address, pages) -> new ListedCluster().read(address, pages);
        commands.put("plan", () -> new PlanCommand(cluster, System.in));
        commands.put("explain", () -> new ExplainCommand(cluster, System.in));
        commands.put("pools", () -> new PoolsCommand(cluster, System.in));
        commands.put("compare", () -> new CompareCommand(cluster, System.in));
        commands.put("report", () -> new ReportCommand(cluster, System.in, Clock.systemUTC()));
        commands.put("what-if", () -> new WhatIfCommand(cluster, System.in));
        commands.put(HELP, HelpCommand::new);
        commands.put("completion", () -> new CompletionCommand(Main::commandLine));
        commands.put("run", RunCommand::new);
        commands.put("release", ReleaseCommand::new);
        commands.put("vms", VmsCommand::new);
        commands.put("why-not", WhyNotCommand::new);
        commands.put("verify", VerifyCommand::new);
        return commands;
    }

    /** A mistyped option is told rather than a required one that is missing: it may be what was mistyped. */
    private static ParameterException unmatchedBefore(ParameterException exception, CommandLine command) {
        List<String> unmatched = command.getUnmatchedArguments();
        return exception instanceof MissingParameterException && !unmatched.isEmpty()
                ? new UnmatchedArgumentException(command, unmatched)
                : exception;
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Expected a command: %s.".formatted(inWords(commands().keySet())));
    }

    private static String inWords(Set<String> names) {
        List<String> sorted =
                names.stream().filter(name -> !name.equals(HELP)).sorted().toList();
        int last = sorted.size() - 1;
        return String.join(", ", sorted.subList(0, last)) + " or " + sorted.get(last);
    }
}
