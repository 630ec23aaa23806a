package io.cpubaseline.lab.use;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.process.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The packaged operator as a process of its own, as a container would run it. */
public final class Operator implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LabProcess process;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private Operator(LabProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it; returns at once.
     *
     * @param lab whose API server it talks to
     * @param kubeconfig as whom it does so, see {@link Chart#install}
     * @param options further options of {@code cpu-baseline run}
     * @throws LabException if the program has not been built
     */
    public static Operator start(Lab lab, Path kubeconfig, String... options) {
        return startAs("operator-0", lab, kubeconfig, options);
    }

    /**
     * The same in a pod of this name, by which it holds the Lease.
     *
     * @throws LabException if the program has not been built
     */
    public static Operator startAs(String pod, Lab lab, Path kubeconfig, String... options) {
        List<String> all = new ArrayList<>(List.of("--kubeconfig=" + kubeconfig));
        all.addAll(List.of(options));
        return startAs(pod, lab, Map.of(), all.toArray(String[]::new));
    }

    /**
     * The same, reaching the API server as its environment says, like a container in a pod.
     *
     * @param environment beside this process' own and the pod's name
     * @throws LabException if the program has not been built
     */
    public static Operator startAs(String pod, Lab lab, Map<String, String> environment, String... options) {
        return startBuild(Programs.e2eDirectory().resolveSibling("operator"), pod, lab, environment, options);
    }

    /**
     * The same of another build.
     *
     * @param build the directory {@code operator} of the checkout that was built
     * @param environment beside this process' own and the pod's name
     * @throws LabException if the program has not been built there
     */
    public static Operator startBuild(
            Path build, String pod, Lab lab, Map<String, String> environment, String... options) {
        Path program = build.resolve("target").resolve("bin").resolve("cpu-baseline");
        if (!Files.isExecutable(program)) {
            throw new LabException(program + " is missing: run mvn -pl operator package");
        }
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of(program.toString(), "run", "--listen-port=" + port));
        if (Stream.of(options).noneMatch(option -> option.startsWith("--lease-namespace="))) {
            command.add("--lease-namespace=" + Chart.NAMESPACE);
        }
        command.addAll(List.of(options));
        Map<String, String> all = new TreeMap<>(environment);
        all.put("POD_NAME", pod);
        return new Operator(lab.launch(pod, all, command), port);
    }

    /** The same, and waits until it is ready. */
    public static Operator startReady(Lab lab, Path kubeconfig, String... options) {
        Operator operator = start(lab, kubeconfig, options);
        operator.awaitReady();
        return operator;
    }

    /** Waits until /readyz says so. */
    public void awaitReady() {
        Wait.until(
                () -> {
                    process.checkRunning();
                    return isReady();
                },
                PATIENCE,
                () -> "the operator is not ready. " + process.lastLines());
    }

    /** Whether /readyz says that it is ready. */
    public boolean isReady() {
        return status("/readyz") == 200;
    }

    /** Whether /livez says that it lives. */
    public boolean isLive() {
        return status("/livez") == 200;
    }

    /** Its metrics, in Prometheus' text format. */
    public String metrics() {
        try {
            return get("/metrics").body();
        } catch (IOException e) {
            throw new LabException("/metrics can't be read", e);
        }
    }

    /** Whether the process runs. */
    public boolean isRunning() {
        return process.isRunning();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends it as kubelet does, with SIGTERM first. */
    public void stop() {
        process.stop();
    }

    /** Ends it as kill -9 does. */
    public void kill() {
        process.kill();
    }

    /** Gives it no CPU time until {@link #resume}, as a frozen cgroup does. */
    public void suspend() {
        process.signal("STOP");
    }

    /** Lets it go on. */
    public void resume() {
        process.signal("CONT");
    }

    /** The last lines of its log. */
    public String lastLines() {
        return process.lastLines();
    }

    @Override
    public void close() {
        if (process.isRunning()) {
            stop();
        }
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
