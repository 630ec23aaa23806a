package io.cpubaseline.guest;

import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Wait;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One running Linux, which moves from QEMU process to QEMU process. What it writes in each, put together, is its console. */
final class Guest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path directory;
    private final GuestImage image;
    private final EmulatedCpu cpu;
    private final List<QemuMachine> machines;
    private int looks;

    private Guest(Path directory, GuestImage image, EmulatedCpu cpu, List<QemuMachine> machines) {
        this.directory = directory;
        this.image = image;
        this.cpu = cpu;
        this.machines = machines;
    }

    /** Boots one, and waits until it counts and listens. */
    static Guest boot(Path directory, GuestImage image, EmulatedCpu cpu, String kernelArguments) {
        QemuMachine first =
                QemuMachine.boot(cpu.planned().name() + "-0", directory, image, cpu.argument(), kernelArguments);
        Guest guest = new Guest(directory, image, cpu, new ArrayList<>(List.of(first)));
        guest.await(
                "counting and listening",
                console -> Optional.of(console).filter(any -> console.lastBeat() > 0 && console.isListening()));
        return guest;
    }

    /** Asks for what the CPU looks like from inside, now. */
    Console.Look look() {
        int number = ++looks;
        current().type("look " + number);
        return await("look", console -> console.look(number));
    }

    /** Asks what Linux does about AMD's two speculative weaknesses. */
    List<String> mitigations() {
        current().type("mitigations");
        return await("mitigations", Console::mitigations);
    }

    /** Ends the load and waits for its verdict. */
    int finishLoad() {
        current().type("finish");
        return await("the load's end", Console::loadExitCode);
    }

    /** Moves the running guest to a new process with the same CPU. */
    QemuMachine.Migration migrate() {
        String name = cpu.planned().name() + "-" + machines.size();
        String socket = "unix:" + name + ".incoming";
        QemuMachine target = QemuMachine.await(name, directory, image, cpu.argument(), socket);
        QemuMachine.Migration migration = current().migrate(socket);
        current().close();
        machines.add(target);
        target.awaitRunning();
        return migration;
    }

    /** Sends the running guest into a file. */
    void migrateTo(Path file) {
        current().migrate("exec:cat > " + file.getFileName());
        current().close();
    }

    /** The guest from such a file, in a new process with that CPU. */
    Guest resume(Path file, EmulatedCpu target) {
        String name = target.planned().name() + "-" + machines.size();
        List<QemuMachine> all = new ArrayList<>(machines);
        all.add(QemuMachine.await(name, directory, image, target.argument(), "exec:cat < " + file.getFileName()));
        Guest resumed = new Guest(directory, image, target, all);
        resumed.looks = looks;
        return resumed;
    }

    /** Waits until it runs where it came to. One that may be dead by then is not to be waited for like this. */
    void awaitRunning() {
        current().awaitRunning();
    }

    /** Waits until the counter has that value, or the kernel has panicked. */
    Console awaitBeatOrPanic(int beat) {
        return await(
                "beat " + beat + " or a panic",
                console -> console.lastBeat() >= beat || console.panic().isPresent()
                        ? Optional.of(console)
                        : Optional.empty());
    }

    /** Waits until it has counted so many times more. */
    void awaitBeats(int more) {
        int wanted = console().lastBeat() + more;
        await("beat " + wanted, console -> console.lastBeat() >= wanted ? Optional.of(console) : Optional.empty());
    }

    /** All that it has written so far, in whatever process. */
    Console console() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        machines.forEach(machine -> all.writeBytes(machine.console()));
        return new Console(all.toString(StandardCharsets.ISO_8859_1));
    }

    private QemuMachine current() {
        return machines.get(machines.size() - 1);
    }

    /** Polls the console until it has what is wanted. */
    private <T> T await(String what, Function<Console, Optional<T>> wanted) {
        return Wait.forValue(
                () -> {
                    boolean running = current().isRunning(); // asked before the console is read, which so is complete
                    Optional<T> found = wanted.apply(console());
                    if (found.isEmpty() && !running) {
                        throw new LabException("QEMU ended before " + what + lastLines());
                    }
                    return found;
                },
                PATIENCE,
                () -> "the guest does not come to " + what + lastLines());
    }

    private String lastLines() {
        List<String> lines = console().lines();
        return "; its last lines are\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    @Override
    public void close() {
        current().close();
    }
}
