package io.cpubaseline.browser;

import io.cpubaseline.lab.process.LabException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a screen, driven by Debian's chromedriver. Used by one thread. */
public final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final ChromeDriver driver;

    /** Which colours its user prefers. */
    public enum Scheme {
        LIGHT,
        DARK;

        /** As CSS calls it. */
        public String cssName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Starts one.
     *
     * @throws LabException if it is not installed
     */
    public static Browser start() {
        for (Path program : List.of(CHROMIUM, DRIVER)) {
            if (!Files.isExecutable(program)) {
                throw new LabException("there is no " + program + ". Run: e2e/setup browser");
            }
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        // Chromium's sandbox refuses to run as root; what is opened here is our own.
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        File driver = DRIVER.toFile();
        return new Browser(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver)
                        .usingAnyFreePort()
                        .build(),
                options));
    }

    /** How big its window is, and which colours are preferred. */
    public void look(int width, int height, Scheme scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme.cssName()))));
    }

    /** Opens a file. */
    public void open(Path page) {
        driver.get(page.toUri().toString());
    }

    /** Runs a script. */
    public void run(String script) {
        driver.executeScript(script);
    }

    /** What a script returns, which is something. */
    public Object ask(String script) {
        return Objects.requireNonNull(driver.executeScript(script));
    }

    /** What a script gives to its last argument, a function. */
    public Object askAndWait(String script) {
        return Objects.requireNonNull(driver.executeAsyncScript(script));
    }

    /** A number that an expression has. */
    public long number(String expression) {
        return ((Number) ask("return " + expression)).longValue();
    }

    /** Presses a key. */
    public void press(Keys key) {
        focused().sendKeys(key);
    }

    /** What has the focus. */
    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** What has been said in the console since the last call: errors and everything else. */
    public List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::toString)
                .toList();
    }

    /** What it answers to a command of its DevTools protocol. */
    public Map<String, Object> command(String name, Map<String, Object> arguments) {
        return driver.executeCdpCommand(name, arguments);
    }

    /**
     * What the window shows, as a PNG.
     *
     * @param scale how many pixels of the picture one of the window becomes
     */
    public byte[] screenshot(int width, int height, double scale) {
        Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", scale);
        return decoded(command("Page.captureScreenshot", Map.of("format", "png", "clip", clip)));
    }

    /** The page on paper, as a PDF. */
    public byte[] print() {
        return decoded(command("Page.printToPDF", Map.of("printBackground", true, "preferCSSPageSize", true)));
    }

    private static byte[] decoded(Map<String, Object> answer) {
        return Base64.getDecoder().decode(String.valueOf(answer.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
