package io.cpubaseline.lab.command;

import io.cpubaseline.lab.process.LabException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the lab's commands end: with an exit code and with words, and at Ctrl-C without any. */
public final class LabCommand {
    private static final CountDownLatch ENDING = new CountDownLatch(1);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ENDING::countDown, "lab-command-ends"));
    }

    private LabCommand() {}

    /**
     * Runs a command, and ends this JVM with its exit code, or with 1 where it failed.
     *
     * @param name what to call it in front of its words
     */
    public static void main(String name, Callable<Integer> command) {
        System.exit(exitCode(name, command));
    }

    /** Runs a command; returns its exit code, or 1 where it failed. */
    public static int exitCode(String name, Callable<Integer> command) {
        try {
            return command.call();
        } catch (LabException
                | IllegalStateException
                | IOException
                | UncheckedIOException
                | KubernetesClientException e) {
            if (!isEnding()) {
                System.err.println(name + ": " + e.getMessage());
            }
            return 1;
        } catch (Exception e) {
            throw new IllegalStateException(name + " has a fault", e);
        }
    }

    /**
     * Whether somebody has told this JVM to end. Then programs end all around it, which is no failure. Those that it has just started may
     * know of Ctrl-C a moment before it does.
     */
    private static boolean isEnding() {
        try {
            return ENDING.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
