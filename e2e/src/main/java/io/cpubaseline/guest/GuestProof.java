package io.cpubaseline.guest;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.guest.Console.Look;
import io.cpubaseline.guest.QemuMachine.Migration;
import io.cpubaseline.lab.command.LabCommand;
import io.cpubaseline.lab.process.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a baseline is for, shown from inside: small Linux guests with exactly the CPUs that the program chooses are live-migrated while they
 * work, and one of them to a target that lacks a feature. It checks what it shows: the exit code is 0 only if everything is right, 1 if not,
 * 2 for wrong arguments.
 */
public final class GuestProof {
    private static final String MISSING = "avx2";
    private static final String ILLEGAL_INSTRUCTION = "exitcode=0x00000004"; // signal 4, SIGILL
    private static final int BEATS_THAT_PROVE_LIFE = 10;
    private static final List<String> LOADS = List.of("cpu", "vm", "memcpy");

    /** Real CPUs whose fleets have a baseline of each level; TCG can run what the first three need. */
    private static final List<String> LEVELS =
            List.of("core2-q9500", "xeon-e5-2650", "core-i7-8700", "ice-lake-server");

    /**
     * Two captures of the same AMD CPU. In the first, KVM does not offer what AMD's own models need, so the program falls back to Intel's
     * Westmere.
     */
    private static final String AMD_WITH_FOREIGN_MODEL = "epyc-7601-32-core-ibpb";

    private static final String AMD_WITH_NATIVE_MODEL = "epyc-7601-32-core";
    private static final String AMD_VENDOR = "AuthenticAMD";

    private final Path directory;
    private final GuestImage image;
    private final Emulator emulator;
    private final int migrations;
    private final LinuxWords linuxWords = new LinuxWords();
    private final Report report = new Report();

    private GuestProof(Path directory, GuestImage image, Emulator emulator, int migrations) {
        this.directory = directory;
        this.image = image;
        this.emulator = emulator;
        this.migrations = migrations;
    }

    /** Runs it. {@code --quick}: the home lab alone, with two migrations instead of ten; {@code --keep}: the logs stay in any case. */
    public static void main(String[] arguments) throws IOException {
        List<String> options = List.of(arguments);
        if (!Set.of("--quick", "--keep").containsAll(options)) {
            System.err.println("usage: guest-proof [--quick] [--keep]");
            System.exit(2);
        }
        boolean quick = options.contains("--quick");
        long started = System.nanoTime();
        Path directory = Files.createTempDirectory("guest-proof-");
        System.out.println("What the guests and QEMU write is in " + directory + " until all is shown to be right.");
        int exitCode = LabCommand.exitCode("guest-proof", () -> {
            boolean right = prove(directory, quick);
            System.out.println("That took " + since(started).toSeconds() + " s.");
            return right ? 0 : 1;
        });
        if (exitCode == 0 && !options.contains("--keep")) {
            Directories.delete(directory);
        } else {
            System.out.println("What the guests and QEMU wrote: " + directory);
        }
        System.exit(exitCode);
    }

    private static boolean prove(Path directory, boolean quick) {
        GuestImage image = GuestImage.prepare(); // QEMU may not be installed before
        try (Emulator emulator = new Emulator(directory)) {
            GuestProof proof = new GuestProof(directory, image, emulator, quick ? 2 : 10);
            proof.homeLab();
            if (!quick) {
                proof.levels();
                proof.ruleOfXsave();
                proof.ruleOfTheOwnVendor();
            }
            return proof.report.verdict();
        }
    }

    // ---- The home lab: migrations, and the two outcomes ----

    private void homeLab() {
        EmulatedCpu cpu = emulator.emulate(PlannedCpu.ofHomeLab());
        report.step("The home lab's baseline, as cpu-baseline plan computes it, in QEMU " + emulator.version()
                + " (TCG), Linux " + image.linuxVersion());
        describe(cpu);
        try (Guest guest = boot(cpu)) {
            Look atBoot = witnesses(guest, cpu);
            migrate(guest, atBoot);
            report.step("One more migration, recorded, and played to two targets: the second one lacks " + MISSING);
            twoOutcomes(guest, cpu, atBoot);
        }
    }

    private void twoOutcomes(Guest guest, EmulatedCpu cpu, Look atBoot) {
        Path stream = directory.resolve("migration");
        stream.toFile().deleteOnExit(); // it is big
        guest.migrateTo(stream);
        int last = guest.console().lastBeat();

        Console survivor;
        try (Guest same = guest.resume(stream, cpu)) {
            same.awaitRunning();
            Look look = same.look();
            report.check("the CPU of the target with the baseline is the same", look.equals(atBoot));
            same.awaitBeatOrPanic(last + BEATS_THAT_PROVE_LIFE);
            endOfLoad(same);
            survivor = same.console();
        }
        Console victim;
        try (Guest other = guest.resume(stream, cpu.lacking(MISSING))) {
            victim = other.awaitBeatOrPanic(last + BEATS_THAT_PROVE_LIFE);
        }
        report.say("");
        SideBySide.of("The target has the baseline", survivor, "The target lacks " + MISSING, victim, last)
                .forEach(report::say);
        report.check("the guest lives on the target with the baseline", survivor.lastBeat() > last);
        report.check(
                "its counter is unbroken",
                survivor.isUnbroken() && survivor.panic().isEmpty());
        report.check(
                "the guest dies of an illegal instruction on the target without " + MISSING,
                victim.panic().orElse("").contains(ILLEGAL_INSTRUCTION));
    }

    // ---- One baseline of each level ----

    private void levels() {
        Set<AbiLevel> shown = EnumSet.noneOf(AbiLevel.class);
        for (String node : LEVELS) {
            EmulatedCpu cpu = emulator.emulate(PlannedCpu.ofNode(node));
            level(node, cpu);
            shown.add(cpu.planned().level());
        }
        report.check("there is a baseline of each level: " + shown, shown.containsAll(AbiLevel.HIGHEST_FIRST));
    }

    private void level(String node, EmulatedCpu cpu) {
        report.step("A baseline of " + cpu.planned().level().label() + ": the one of " + node);
        describe(cpu);
        if (!cpu.runs()) {
            report.say("Not run     " + cpu.obstacle());
            return;
        }
        try (Guest guest = boot(cpu)) {
            migrate(guest, witnesses(guest, cpu));
            endOfLoad(guest);
        }
    }

    // ---- Two rules of the selection ----

    private void ruleOfXsave() {
        report.step("Why xsaveopt is required: an old model with all flags of x86-64-v3 is v2 without it");
        PlannedCpu planned = PlannedCpu.ofNode(AMD_WITH_FOREIGN_MODEL);
        describe(emulator.emulate(planned));
        report.check("the program requires xsaveopt", planned.required().contains("xsaveopt"));
        String without = levelOf(emulator.emulate(planned.without("xsaveopt")));
        String with = levelOf(emulator.emulate(planned));
        report.say("glibc       " + without + " without xsaveopt");
        report.say("glibc       " + with + " with xsaveopt");
        report.check("without xsaveopt it is v2", without.equals("x86-64-v2"));
        report.check(
                "with xsaveopt it is what is promised",
                with.equals(planned.level().label()));
    }

    private String levelOf(EmulatedCpu cpu) {
        try (Guest guest = Guest.boot(directory, image, cpu, "load=off")) {
            return guest.look().highestLevel();
        }
    }

    private void ruleOfTheOwnVendor() {
        report.step(
                "Why a model of the host's own vendor comes first: what Linux does about RETBleed and SRSO on the same AMD CPU");
        List<String> foreign = mitigations(AMD_WITH_FOREIGN_MODEL);
        List<String> own = mitigations(AMD_WITH_NATIVE_MODEL);
        report.check(
                "under Intel's model there is no mitigation: " + foreign,
                foreign.stream().noneMatch(line -> line.contains("Mitigation")));
        for (String weakness : List.of("RETBleed", "Speculative Return Stack Overflow")) {
            report.check(
                    "under AMD's model there is one against " + weakness + ": " + own,
                    own.stream().anyMatch(line -> line.startsWith("log " + weakness + ": Mitigation")));
        }
    }

    private List<String> mitigations(String node) {
        // KVM shows a guest the vendor of the host's CPU whatever the model; family and model number are the model's
        // (QEMU target/i386/host-cpu.c, host_cpu_instance_init).
        EmulatedCpu cpu = emulator.emulate(PlannedCpu.ofNode(node)).ofVendor(AMD_VENDOR);
        try (Guest guest = Guest.boot(directory, image, cpu, "load=off")) {
            List<String> mitigations = guest.mitigations();
            report.say(cpu.planned().model());
            mitigations.forEach(line -> report.say("            " + line));
            return mitigations;
        }
    }

    // ---- What all of them show ----

    private void describe(EmulatedCpu cpu) {
        PlannedCpu planned = cpu.planned();
        report.say("Baseline    " + planned.revision() + ", " + planned.level().label());
        report.listSpaced("Required", planned.required().names());
        if (!cpu.leftOut().isEmpty()) {
            report.listSpaced("Left out", cpu.leftOut().names());
            report.say(
                    "            (of %d promised features, these %d are beyond QEMU's emulation, TCG)",
                    cpu.promised().size(), cpu.leftOut().size());
        }
        if (cpu.runs()) {
            report.list("QEMU", List.of(("-cpu " + cpu.argument()).split("(?<=,)")));
        }
    }

    private Guest boot(EmulatedCpu cpu) {
        long started = System.nanoTime();
        Guest guest = Guest.boot(directory, image, cpu, "");
        report.say("Booted      in %.1f s", since(started).toMillis() / 1000.0);
        return guest;
    }

    /** What Linux and glibc, independently of each other, say about the CPU, held against what is promised. */
    private Look witnesses(Guest guest, EmulatedCpu cpu) {
        Look look = guest.look();
        Set<String> given = linuxWords.of(cpu.given());
        Set<String> missing = new TreeSet<>(given);
        look.flags().forEach(missing::remove);
        List<String> kernelsOwn =
                look.flags().stream().filter(linuxWords::isKernelsOwn).toList();
        Set<String> unexplained = new TreeSet<>(look.flags());
        unexplained.removeAll(given);
        kernelsOwn.forEach(unexplained::remove);

        report.listSpaced("cpuinfo", look.flags());
        report.say(
                "            (%d of the %d that QEMU was told to give, and the kernel's own words: %s)",
                given.size() - missing.size(), given.size(), String.join(" ", kernelsOwn));
        report.say("glibc       " + look.highestLevel());
        PlannedCpu planned = cpu.planned();
        report.check(planned.name() + ": given, but not in /proc/cpuinfo: " + missing, missing.isEmpty());
        report.check(planned.name() + ": in /proc/cpuinfo, but not given: " + unexplained, unexplained.isEmpty());
        report.check(
                planned.name() + ": the guest has every flag of " + planned.level(),
                look.flags().containsAll(linuxWords.of(cpu.ofLevel())));
        report.check(
                planned.name() + ": glibc says " + planned.level() + ", not " + look.highestLevel(),
                look.highestLevel().equals(planned.level().label()));
        return look;
    }

    private void migrate(Guest guest, Look atBoot) {
        report.say("");
        report.say("Migration       took   downtime   counter       glibc says   CPUID");
        for (int i = 1; i <= migrations; i++) {
            int before = guest.console().lastBeat();
            Migration migration = guest.migrate();
            Look look = guest.look();
            guest.awaitBeats(2);
            report.say(
                    "%9d   %6.2f s   %5d ms   %4d -> %4d  %s    %s",
                    i,
                    migration.total().toMillis() / 1000.0,
                    migration.downtime().toMillis(),
                    before,
                    guest.console().lastBeat(),
                    look.highestLevel(),
                    look.cpuid().equals(atBoot.cpuid()) ? "the same" : "DIFFERENT");
            report.check("migration " + i + " changes nothing that the guest sees of its CPU", look.equals(atBoot));
        }
        Console console = guest.console();
        report.say(
                "Counter     1 to %d %s, in %d QEMU processes",
                console.lastBeat(), console.isUnbroken() ? "without a gap" : "WITH GAPS", migrations + 1);
        report.check("the counter is unbroken", console.isUnbroken());
    }

    private void endOfLoad(Guest guest) {
        int exitCode = guest.finishLoad();
        Map<String, Long> operations = guest.console().loadOperations();
        report.say(
                "Load        stress-ng --verify ends with exit code %d; operations: %s",
                exitCode,
                operations.entrySet().stream()
                        .map(part -> part.getKey() + " " + part.getValue())
                        .collect(Collectors.joining(", ")));
        report.check("the verified load found no error", exitCode == 0);
        report.check(
                "each part of the load has worked: " + operations,
                LOADS.stream().allMatch(part -> operations.getOrDefault(part, 0L) > 0));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
