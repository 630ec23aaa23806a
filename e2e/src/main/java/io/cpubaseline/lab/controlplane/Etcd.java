package io.cpubaseline.lab.controlplane;

import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.process.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The database of the lab's API server. It listens on a UNIX socket in the lab's directory, so it needs no port. */
public final class Etcd {
    /** etcd wants a host and a port even for a UNIX socket and takes both for the file's name, relative to its working directory. */
    private static final String SOCKET = "etcd:0";

    private static final String PEER_SOCKET = "etcd-peer:0";

    /** Never listened on nor called: a member that is alone only records it. */
    private static final String PEER_URL = "http://127.0.0.1:2380";

    private final Path directory;
    private final LabProcess process;

    private Etcd(Path directory, LabProcess process) {
        this.directory = directory;
        this.process = process;
    }

    /** Where etcd keeps its data inside a lab's directory. It may exist before the start. */
    public static Path data(Path directory) {
        return directory.resolve("etcd-data");
    }

    /**
     * Starts etcd; returns when its socket is there.
     *
     * @throws LabException when it does not start
     */
    public static Etcd start(Programs programs, Path directory, boolean detached) {
        LabProcess process = LabProcess.start(
                "etcd",
                directory,
                detached,
                Map.of(),
                List.of(
                        programs.path("etcd").toString(),
                        "--name=lab",
                        "--data-dir=" + data(directory),
                        "--listen-client-urls=unix://" + SOCKET,
                        "--advertise-client-urls=unix://" + SOCKET,
                        "--listen-peer-urls=unix://" + PEER_SOCKET,
                        "--initial-advertise-peer-urls=" + PEER_URL,
                        "--initial-cluster=lab=" + PEER_URL,
                        "--unsafe-no-fsync",
                        "--log-level=warn"));
        Etcd etcd = new Etcd(directory, process);
        Wait.until(
                () -> {
                    process.checkRunning();
                    return Files.exists(directory.resolve(SOCKET));
                },
                Duration.ofSeconds(30),
                () -> "etcd does not listen. " + process.lastLines());
        return etcd;
    }

    /** The address for the API server's {@code --etcd-servers}. */
    public String url() {
        return "unix://" + directory.resolve(SOCKET);
    }

    /** Stops it so that its data can be copied. */
    public void stop() {
        process.stop();
    }

    public void kill() {
        process.kill();
    }
}
