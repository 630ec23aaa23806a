package io.cpubaseline.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One QEMU process, under TCG: QEMU's own emulation of a CPU, which gives the guest the features on the command line whatever the machine
 * it runs on has.
 *
 * <p>All its files are in one directory and begin with its name: {@code NAME.console} is what the guest wrote on its first serial port,
 * {@code NAME.log} what QEMU itself said.
 */
public final class QemuMachine implements AutoCloseable {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Set<String> MIGRATION_FAILED = Set.of("failed", "cancelled");

    private final String name;
    private final Path directory;
    private final LabProcess process;
    private final Qmp qmp;
    private @Nullable SocketChannel words;

    private QemuMachine(String name, Path directory, LabProcess process) {
        this.name = name;
        this.directory = directory;
        this.process = process;
        this.qmp = connect();
    }

    /** A QEMU without a machine, under TCG: it only answers questions about CPU models. */
    static QemuMachine startEmpty(String name, Path directory) {
        return startEmpty(name, directory, PROGRAM, "tcg");
    }

    /**
     * A QEMU without a machine: it only answers questions about CPU models.
     *
     * @param program the QEMU, by path or by name
     * @param accelerator {@code tcg} or {@code kvm}, under which the answers differ a little
     */
    public static QemuMachine startEmpty(String name, Path directory, String program, String accelerator) {
        return start(name, directory, program, List.of("-machine", "none,accel=" + accelerator));
    }

    /**
     * Boots a guest.
     *
     * @param cpu the argument of {@code -cpu}
     * @param kernelArguments what the kernel's command line gets beside the usual
     */
    static QemuMachine boot(String name, Path directory, GuestImage image, String cpu, String kernelArguments) {
        return start(name, directory, machine(name, image, cpu, kernelArguments));
    }

    /**
     * Starts a machine that waits for a guest.
     *
     * @param from where from, as {@code -incoming} wants it
     */
    static QemuMachine await(String name, Path directory, GuestImage image, String cpu, String from) {
        List<String> arguments = new ArrayList<>(machine(name, image, cpu, ""));
        arguments.addAll(List.of("-incoming", from));
        return start(name, directory, arguments);
    }

    private static List<String> machine(String name, GuestImage image, String cpu, String kernelArguments) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-machine", "q35,accel=tcg", "-cpu", cpu, "-smp", "1", "-m", "256M"));
        arguments.addAll(List.of("-no-user-config", "-no-reboot"));
        arguments.addAll(List.of(
                "-kernel",
                image.kernel().toString(),
                "-initrd",
                image.initramfs().toString()));
        // A panic reboots at once, which ends QEMU: a dead guest is a dead process.
        arguments.addAll(List.of("-append", "console=ttyS0 quiet panic=-1 " + kernelArguments));
        arguments.addAll(List.of("-chardev", "file,id=console,path=" + name + ".console"));
        arguments.addAll(List.of("-serial", "chardev:console"));
        arguments.addAll(List.of("-chardev", "socket,id=words,server=on,wait=off,path=" + name + ".words"));
        arguments.addAll(List.of("-serial", "chardev:words"));
        return arguments;
    }

    private static QemuMachine start(String name, Path directory, List<String> arguments) {
        return start(name, directory, PROGRAM, arguments);
    }

    private static QemuMachine start(String name, Path directory, String program, List<String> arguments) {
        if (Files.exists(directory.resolve(name + ".console"))) {
            throw new IllegalStateException("two machines are called " + name);
        }
        List<String> command = new ArrayList<>(List.of(program, "-name", name, "-nodefaults", "-display", "none"));
        command.addAll(arguments);
        command.addAll(List.of("-qmp", "unix:" + name + ".qmp,server=on,wait=off"));
        return new QemuMachine(name, directory, LabProcess.start(name, directory, false, Map.of(), command));
    }

    private Qmp connect() {
        return Wait.forValue(
                () -> {
                    process.checkRunning();
                    try {
                        return Optional.of(new Qmp(directory.resolve(name + ".qmp")));
                    } catch (IOException e) {
                        return Optional.empty(); // not listening yet
                    }
                },
                PATIENCE,
                () -> name + " does not listen");
    }

    /** Its control connection. */
    public Qmp qmp() {
        return qmp;
    }

    /** QEMU's version, for example {@code 7.2.22}. */
    public String version() {
        JsonNode version = qmp.execute("query-version").path("qemu");
        return version.path("major").asInt() + "." + version.path("minor").asInt() + "."
                + version.path("micro").asInt();
    }

    /** Whether the process lives. It ends by itself when the guest panics. */
    boolean isRunning() {
        return process.isRunning();
    }

    /** All that the guest has written on its first serial port while it was in this process. */
    byte[] console() {
        try {
            Path file = directory.resolve(name + ".console");
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types a line on the guest's second serial port. */
    void type(String line) {
        try {
            if (words == null) {
                // One connection for all lines: QEMU forgets what it has not yet read from one that is closed.
                words = SocketChannel.open(StandardProtocolFamily.UNIX);
                words.connect(UnixDomainSocketAddress.of(directory.resolve(name + ".words")));
            }
            words.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
        } catch (IOException e) {
            throw new LabException("can't type into " + name, e);
        }
    }

    /**
     * Sends the running guest elsewhere, and waits until it has left.
     *
     * @param to where to, as QMP's {@code migrate} wants it
     * @throws LabException when QEMU can't
     */
    Migration migrate(String to) {
        // QEMU's default limits the rate to 128 MiB/s, for the sake of networks.
        qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", 1L << 32));
        // A guest that writes faster than a busy machine copies is slowed down, so that it arrives: KubeVirt's
        // allowAutoConverge.
        qmp.execute(
                "migrate-set-capabilities",
                Map.of("capabilities", List.of(Map.of("capability", "auto-converge", "state", true))));
        qmp.execute("migrate", Map.of("uri", to));
        JsonNode completed = Wait.forValue(
                () -> {
                    JsonNode state = qmp.execute("query-migrate");
                    String status = state.path("status").asText();
                    if (MIGRATION_FAILED.contains(status)) {
                        throw new LabException("the migration of " + name + " " + status + ": " + state);
                    }
                    return Optional.of(state).filter(any -> status.equals("completed"));
                },
                PATIENCE,
                () -> "the migration of " + name + " does not complete: " + qmp.execute("query-migrate"));
        return new Migration(
                Duration.ofMillis(completed.path("total-time").asLong()),
                Duration.ofMillis(completed.path("downtime").asLong()));
    }

    /** Waits until the guest that came in runs. */
    void awaitRunning() {
        Wait.until(
                () -> {
                    process.checkRunning();
                    return qmp.execute("query-status").path("running").asBoolean();
                },
                PATIENCE,
                () -> "the guest does not run in " + name);
    }

    /** Ends the process, if it runs. */
    @Override
    public void close() {
        try {
            qmp.close();
            if (words != null) {
                words.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.kill();
        }
    }

    /**
     * What QEMU measured.
     *
     * @param total from the order to the end
     * @param downtime how long the guest stood still
     */
    record Migration(Duration total, Duration downtime) {}
}
