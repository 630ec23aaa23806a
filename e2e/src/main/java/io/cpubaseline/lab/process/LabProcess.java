package io.cpubaseline.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * One running program of a lab: its output goes to {@code NAME.log} in the lab's directory, its process id to {@code NAME.pid}.
 *
 * <p>It has a session of its own, so that Ctrl-C in a terminal reaches the JVM only, which then stops the programs in order. And it
 * dies with the JVM, however that ends, unless it was started detached.
 */
public final class LabProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<LabProcess> RUNNING = ConcurrentHashMap.newKeySet();

    /**
     * All programs are started by this thread, because the kernel counts the death of the <em>thread</em> that started a process as the
     * death of its parent (prctl(2), PR_SET_PDEATHSIG): it must live as long as the JVM.
     */
    private static final ExecutorService LAUNCHER = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "lab-launcher");
        thread.setDaemon(true);
        return thread;
    });

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            RUNNING.forEach(LabProcess::kill);
                            Directories.deleteAllOfThisJvm();
                        },
                        "lab-shutdown"));
    }

    private final String name;
    private final Path log;
    private final Path pidFile;
    private final Process process;

    private LabProcess(String name, Path log, Path pidFile, Process process) {
        this.name = name;
        this.log = log;
        this.pidFile = pidFile;
        this.process = process;
    }

    /**
     * Starts a program with the lab's directory as its working directory.
     *
     * @param detached whether it outlives this JVM
     * @throws LabException when it can't be started
     */
    public static LabProcess start(
            String name, Path directory, boolean detached, Map<String, String> environment, List<String> command) {
        List<String> wrapped = new ArrayList<>(List.of("setsid"));
        if (!detached) {
            wrapped.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
        }
        wrapped.addAll(command);
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(wrapped)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // What it leaves behind when it is killed goes with the lab.
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().putAll(environment);
        try {
            Process process = LAUNCHER.submit(builder::start).get();
            Path pidFile = directory.resolve(name + ".pid");
            LabProcess started = new LabProcess(name, log, pidFile, process);
            if (!detached) {
                RUNNING.add(started);
            }
            Files.writeString(pidFile, Long.toString(process.pid()));
            return started;
        } catch (ExecutionException | IOException e) {
            throw new LabException("can't start " + name + ": " + String.join(" ", wrapped), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /** The system's id of the program itself: the wrappers have become it. */
    public long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Asks the program to end, and ends it if it has not done so after five seconds. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
            forget();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends the program a signal.
     *
     * @param name without SIG, as {@code kill} takes it
     * @throws LabException when it can't be sent
     */
    public void signal(String name) {
        Command.run(Map.of(), List.of("kill", "-s", name, Long.toString(pid())));
    }

    /** Ends the program at once: for labs whose data nobody needs any more. */
    public void kill() {
        process.destroyForcibly();
        // SIGKILL can't be refused, so this is a matter of milliseconds.
        process.onExit().join();
        forget();
    }

    private void forget() {
        RUNNING.remove(this);
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Says that the program has ended although it should run, with the last lines of its log.
     *
     * @throws LabException when it has ended
     */
    public void checkRunning() {
        if (!isRunning()) {
            throw new LabException(name + " ended with exit code " + process.exitValue() + ".\n" + lastLines());
        }
    }

    /** The last lines of its log, with the log's path above them. */
    public String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return log + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return log + " can't be read: " + e;
        }
    }
}
