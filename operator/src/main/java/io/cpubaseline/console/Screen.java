package io.cpubaseline.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at what is written as it is written: where Linux says so. */
public final class Screen {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    /** Since this version of Java there is a console where nothing is a terminal, too. */
    private static final int CONSOLE_ALWAYS = 22;

    private Screen() {}

    /** Whether standard output is a terminal, whatever standard input is; without Linux, only if that is one, too. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean showsOutput() {
        return isTerminal(STANDARD_OUTPUT, Runtime.version().feature() < CONSOLE_ALWAYS && System.console() != null);
    }

    /** Whether standard error is a terminal; without Linux it is none. */
    static boolean showsErrors() {
        return isTerminal(STANDARD_ERROR, false);
    }

    private static boolean isTerminal(Path descriptor, boolean otherwise) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return otherwise;
        }
    }
}
