package io.cpubaseline.browser;

import io.cpubaseline.browser.Browser.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures of a page for the documentation: narrow and wide, light and dark. */
public final class Screenshots {

    private static final int NARROW = 360;
    private static final int NARROW_HEIGHT = 640;
    private static final int WIDE = 1280;
    private static final int WIDE_HEIGHT = 900;
    private static final double WIDE_SCALE = 0.6;

    private Screenshots() {}

    /**
     * Takes them.
     *
     * @param arguments the page, and the directory to write to
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: Screenshots PAGE DIRECTORY");
            System.exit(2);
        }
        Path page = Path.of(arguments[0]).toAbsolutePath();
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        try (Browser browser = Browser.start()) {
            for (Scheme scheme : Scheme.values()) {
                take(browser, page, scheme, NARROW, NARROW_HEIGHT, 1, directory.resolve(name("narrow", scheme)));
                take(browser, page, scheme, WIDE, WIDE_HEIGHT, WIDE_SCALE, directory.resolve(name("wide", scheme)));
            }
        }
        System.exit(0);
    }

    private static String name(String width, Scheme scheme) {
        return "report-%s-%s.png".formatted(width, scheme.cssName());
    }

    private static void take(Browser browser, Path page, Scheme scheme, int width, int height, double scale, Path file)
            throws IOException {
        browser.look(width, height, scheme);
        browser.open(page);
        Files.write(file, browser.screenshot(width, height, scale));
        System.out.println(file);
    }
}
