package io.cpubaseline.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at standard output as it is written. */
public final class Screen {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    /** Since this version of Java there is a console where nothing is a terminal, too. */
    private static final int CONSOLE_ALWAYS = 22;

    private Screen() {}

    /** Whether standard output is a terminal, whatever standard input is; where nothing tells, it is none. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isTerminal() {
        try {
            String file = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return Runtime.version().feature() < CONSOLE_ALWAYS && System.console() != null;
        }
    }
}
