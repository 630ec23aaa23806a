package io.cpubaseline.guest;

import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Programs;
import java.nio.file.Path;
import java.util.List;

/**
 * What the guest boots: Debian's kernel, and an initramfs with {@code src/main/guest/init}, busybox, stress-ng and glibc.
 *
 * @param kernel the kernel's file
 * @param initramfs the initramfs's file
 */
record GuestImage(Path kernel, Path initramfs) {

    /** Has {@code build-guest} prepare it where it is not in the cache; that shows its progress on standard error. */
    static GuestImage prepare() {
        Path buildGuest = Programs.e2eDirectory().resolve("build-guest");
        List<String> paths =
                Subprocess.output(List.of(buildGuest.toString())).lines().toList();
        if (paths.size() != 2) {
            throw new LabException(buildGuest + " should print two paths, not " + paths);
        }
        return new GuestImage(Path.of(paths.get(0)), Path.of(paths.get(1)));
    }

    /** The kernel's version, for example {@code 6.1.0-56-cloud-amd64}. */
    String linuxVersion() {
        return String.valueOf(kernel.getFileName()).replaceFirst("^linux-", "");
    }
}
