package io.cpubaseline.cli.planning;

import io.cpubaseline.console.Terminal;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;

/** A command that answers a question about nodes, those of files or of a cluster. */
public abstract class FleetCommand implements Callable<Integer> {

    /** Exit code: there is an answer. */
    protected static final int ANSWERED = 0;

    /** Exit code: the answer is that there is none. */
    protected static final int NO_ANSWER = 1;

    private static final int BAD_INPUT = 2;

    private final LiveCluster cluster;
    private final InputStream standardInput;

    /**
     * A command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    protected FleetCommand(LiveCluster cluster, InputStream standardInput) {
        this.cluster = cluster;
        this.standardInput = standardInput;
    }

    /** The mixin that says which nodes are meant. */
    protected abstract FleetQuestion question();

    /** The mixin that says where and how to print. */
    protected abstract Terminal terminal();

    /**
     * Refuses options that contradict each other, before anything is read.
     *
     * @throws picocli.CommandLine.ParameterException if some do
     */
    protected abstract void check();

    /**
     * Answers.
     *
     * @return the exit code
     * @throws InputException if something that was asked for isn't there
     */
    protected abstract int answer(FleetQuestion.Asked asked) throws IOException;

    /** What {@code -} stands for, for a command that reads more than the question names. */
    protected final InputStream standardInput() {
        return standardInput;
    }

    @Override
    public final Integer call() throws IOException {
        question().check(terminal());
        check();
        try {
            return answer(question().ask(cluster, standardInput, terminal()));
        } catch (InputException e) {
            terminal().err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
    }
}
