package org.assetstager.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium. The variables CHROMIUM and CHROMEDRIVER name others than the system's. */
public final class Browser implements AutoCloseable {
  /** As high as a picture gets: drawing a page of hundreds of rows takes a minute. */
  private static final int MOST_PIXELS = 4_000;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @throws IllegalStateException if there is none: a check that is skipped unseen is none
   */
  public static Browser start() throws IOException {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(program("CHROMEDRIVER", "/usr/bin/chromedriver"))
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("CHROMIUM", "/usr/bin/chromium"));
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // as root, as in a container
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1400,1000",
        "--user-data-dir=" + Files.createTempDirectory("browser"));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new Browser(new ChromeDriver(service, options));
  }

  private static File program(String variable, String usual) {
    Path path = Path.of(Objects.requireNonNullElse(System.getenv(variable), usual));
    if (!Files.isExecutable(path)) {
      throw new IllegalStateException(
          "There is no "
              + path
              + ": install Debian's packages chromium and chromium-driver, or set "
              + variable);
    }
    return path.toFile();
  }

  /** Returns the browser itself. */
  public WebDriver driver() {
    return driver;
  }

  /** Opens a file. */
  public void open(Path file) {
    driver.get(file.toUri().toString());
  }

  /** Runs a script and returns what it returns. */
  public Object script(String script) {
    return driver.executeScript(script);
  }

  /** Returns how many elements there are. */
  public int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  /** Returns the errors on the console since the last call. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getMessage())
        .toList();
  }

  /** Has the system prefer a theme, {@code light} or {@code dark}. */
  public void prefer(String theme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
  }

  /** Gives the window a size in CSS pixels, as a phone's or a desk's. */
  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Returns a picture of the window, PNG. */
  public byte[] window() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** Returns a picture of the page, PNG; of a very long one, of its beginning. */
  public byte[] fullPage() {
    Object width = script("return document.documentElement.clientWidth");
    Object height =
        script("return Math.min(" + MOST_PIXELS + ", document.documentElement.scrollHeight)");
    Object picture =
        driver
            .executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                    "format",
                    "png",
                    "captureBeyondViewport",
                    true,
                    "clip",
                    Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)))
            .get("data");
    return Base64.getDecoder().decode(String.valueOf(picture));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
