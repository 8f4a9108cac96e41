package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.html.HtmlReport;
import org.assetstager.report.html.Page;
import org.assetstager.report.html.Pages;
import org.assetstager.testing.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** {@code report.html} in a real browser, opened from disk. Fails where there is no browser. */
class ReportBrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Path SCREENSHOTS =
      Path.of(System.getProperty("project.build.directory", "target"), "browser");

  /** For people to look at, which takes a second each: {@code scripts/browser-check} makes them. */
  private static final boolean PICTURES = Boolean.getBoolean("browser.pictures");

  private static Browser browser;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectories(SCREENSHOTS);
    browser = Browser.start();
  }

  @AfterAll
  static void quit() {
    if (browser != null) {
      browser.close();
    }
  }

  /** Also what the Content Security Policy refuses, or a script throws, is an error there. */
  @AfterEach
  void console_hasNoError() {
    assertThat(browser.errors()).isEmpty();
  }

  private void open(Page page) throws IOException {
    browser.size(1400, 1000);
    browser.open(Files.writeString(folder.resolve("report.html"), HtmlReport.write(page)));
  }

  private static WebElement id(String id) {
    return browser.driver().findElement(By.id(id));
  }

  private static String text(String id) {
    return id(id).getText();
  }

  private static List<String> texts(String css) {
    return browser.driver().findElements(By.cssSelector(css)).stream()
        .map(WebElement::getText)
        .toList();
  }

  private static void waitUntil(BooleanSupplier done) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static void unfold() {
    browser.script("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
  }

  @Test
  void page_openedFromDisk_showsEverythingAndAsksForNothing() throws Exception {
    open(Pages.lab());

    assertThat(browser.driver().getCurrentUrl()).startsWith("file:///");
    assertThat(browser.script("return performance.getEntriesByType('resource').length"))
        .isEqualTo(0L);
    assertThat(browser.driver().getTitle()).isEqualTo("Asset Stager: run run1");
    assertThat(text("safe")).isEqualTo("19,592 of 20,006 files are safe in S3 (98 %).");
    assertThat(text("needed"))
        .isEqualTo("414 need you: 201 changed, 150 missing, 50 moved, 10 links, 3 bad entries.");
    assertThat(texts("#legend li"))
        .startsWith("12,000 already in the remote", "6,500 uploaded")
        .endsWith("3 bad entries");
    assertThat(text("facts")).startsWith("Exit code 3 · run run1 · 2026-01-02 ");
    assertThat(text("earlier"))
        .startsWith("Since run run1 of 2026-01-02 ")
        .contains("592 more safe in S3", "12 more changed");
    assertThat(texts("#outcomes tbody tr"))
        .anyMatch(row -> row.startsWith("uploaded STAGED 6,500 32.5 % 812.0 GB"))
        .anyMatch(row -> row.startsWith("changed MODIFIED 201 1.0 % 2.5 MB"));
    assertThat(text("outcomes")).contains("total 20,006");
    assertThat(text("saved")).startsWith("1.2 TB needn't be sent, 99.6 % of what was");
  }

  /** The shares of the bar are those of the files, as far as a share can still be seen. */
  @Test
  void bar_ofOutcomes_hasTheirSharesOfTheWhole() throws Exception {
    open(Pages.lab());

    Object shares =
        browser.script(
            "const bar = document.getElementById('bar');"
                + "return [...bar.children].map((part) => Math.round("
                + "100 * part.getBoundingClientRect().width / bar.clientWidth)).join(' ')");
    // Each is a little less for the gaps, and for those that are wider so that they can be seen.
    assertThat(shares).isEqualTo("59 32 5 0 1 1 0 0 0");
    assertThat(id("bar").getAccessibleName()).startsWith("12,000 already in the remote, ");
  }

  @Test
  void todo_ofALab_isOneGroupWithOneCommandForEachRemedy() throws Exception {
    open(Pages.lab());

    assertThat(texts("#groups h3"))
        .containsExactly(
            "201 changed MODIFIED · 2.5 MB",
            "150 missing DELETED · 1.9 MB",
            "50 moved RENAMED · 617.3 kB",
            "10 links OUTSIDE_ROOT · 123.5 kB",
            "3 bad entries INVALID");
    assertThat(browser.count("#groups article .command")).isEqualTo(5);
    assertThat(texts("#groups article:first-child .places > li"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith(
            "/data/scans/cohort-7 101 files · 1.2 MB · added by anna\nvisit-000/scan-0.dcm size")
        .endsWith("and 98 more");
    assertThat(texts("#groups article:last-child .places > li"))
        .singleElement()
        .asString()
        .startsWith("/data/manifest.jsonl 3 rows\nline 17 'st_size' is missing");
    assertThat(text("again")).contains("When everything is repaired, stage again:");
  }

  @Test
  void assets_manyOfThem_areTheLargestAndTheRest() throws Exception {
    open(Pages.full(5));

    assertThat(text("assets-note")).startsWith("The 50 largest of 1,000 assets");
    assertThat(texts("#assets tbody tr")).hasSize(50);
    assertThat(texts("#assets tbody th")).startsWith("<b>scans</b> 2024", "asset 1");
    assertThat(text("assets")).contains("950 other assets 20,000 2.0 MB");
    id("assets").findElement(By.xpath(".//thead//button[text()='Need you']")).click();
    assertThat(texts("#assets tbody th")).startsWith("asset 49", "asset 48");
  }

  @Test
  void timeline_tasksOfExecutors_areDrawnWithTheStragglers() throws Exception {
    open(Pages.full(5));
    unfold();
    waitUntil(() -> browser.count("#timeline-chart rect.lane") == 6);

    assertThat(texts("#timeline-legend li")).containsExactly("scan", "digest", "transfer");
    assertThat(browser.count("#timeline-chart rect.k1")).isEqualTo(1 + 240);
    assertThat(browser.count("#timeline-chart rect.k2")).isEqualTo(1 + 240);
    assertThat(browser.count("#timeline-chart rect.straggler")).isEqualTo(1);
    assertThat(browser.count("#timeline-chart rect.failed")).isEqualTo(6);
    assertThat(texts("#stragglers tbody tr"))
        .singleElement()
        .asString()
        .startsWith("digest 3 2 140 30s");
    WebElement chart = browser.driver().findElement(By.cssSelector("#timeline-chart svg"));
    assertThat(chart.getAriaRole()).isIn("img", "image");
    assertThat(chart.getAccessibleName())
        .startsWith("Timeline: 3 phases, 480 tasks on 6 executors");
    assertThat(texts("#phases tbody tr"))
        .anyMatch(row -> row.startsWith("digest 3m00s 120,000 667 files/s 90.0 GB 500.0 MB/s"));
    assertThat(texts("#executors tbody tr")).hasSize(6);
  }

  @Test
  void throughput_overTime_isDrawnAndReadByTheArrowKeys() throws Exception {
    open(Pages.full(5));
    unfold();
    waitUntil(() -> browser.count("#throughput-chart canvas") == 1);
    Object drawn =
        browser.script(
            "const c = document.querySelector('#throughput-chart canvas');"
                + "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                + "let n = 0; for (let i = 3; i < d.length; i += 4) { n += d[i] > 0 ? 1 : 0; }"
                + "return n / (d.length / 4);");
    assertThat(((Number) drawn).doubleValue()).isGreaterThan(0.05);

    WebElement chart = id("throughput-chart");
    browser.script("document.getElementById('throughput-chart').focus()");
    chart.sendKeys(Keys.HOME);
    for (int i = 0; i < 20; i++) {
      chart.sendKeys(Keys.ARROW_RIGHT);
    }
    assertThat(chart.getAccessibleName()).matches("At 20s: digest [0-9.]+ MB/s, transfer 0 B/s");
    assertThat(texts(".u-legend .u-value").get(1)).endsWith("MB/s");
  }

  @Test
  void rows_searched_areThoseThatFit() throws Exception {
    open(Pages.full(500));
    unfold();

    assertThat(text("rows-title")).isEqualTo("500 of 20,500 files, some of each kind");
    assertThat(text("rows-count")).isEqualTo("The first 200 of 500");
    assertThat(text("csv-note"))
        .isEqualTo(
            "500 of 20,500 rows. All of them: asset-stager report --run file:///ledger/run_id=run1"
                + " --rows sheet --outcome UNREADABLE,DELETED,MODIFIED,FAILED > all.csv");
    id("search").sendKeys("VISIT-00123");
    waitUntil(() -> text("rows-count").equals("1 row of 500"));
    assertThat(texts("#rows tbody tr"))
        .containsExactly(
            "/data/scans/visit-00123/image 4.dcm failed to upload\nFAILED anna 12.3 kB size differs: 123 Run again;"
                + " if it fails again, act on the error");
    id("search").sendKeys(" nonsense");
    waitUntil(() -> text("rows-count").equals("0 rows of 500"));
    assertThat(id("rows").isDisplayed()).isFalse();
  }

  @Test
  void rows_sortedByKeyboard_sayBySortedWhat() throws Exception {
    open(Pages.full(150));
    unfold();
    WebElement button = id("rows").findElement(By.xpath(".//thead//button[text()='File']"));
    WebElement header = button.findElement(By.xpath(".."));

    assertThat(header.getDomAttribute("aria-sort")).isNull();
    button.sendKeys(Keys.ENTER);
    assertThat(header.getDomAttribute("aria-sort")).isEqualTo("ascending");
    List<?> ascending = files();
    button.sendKeys(Keys.SPACE);
    assertThat(header.getDomAttribute("aria-sort")).isEqualTo("descending");
    assertThat(files().get(149)).isEqualTo(ascending.get(0));
  }

  private static List<?> files() {
    return (List<?>)
        browser.script(
            "return [...document.querySelectorAll('#rows tbody th')].map((e) => e.innerText)");
  }

  @Test
  void rows_tenThousand_answerAtOnce() throws Exception {
    open(Pages.full(Page.MOST_ROWS));
    unfold();

    long start = System.nanoTime();
    id("search").sendKeys("visit-09995");
    waitUntil(() -> text("rows-count").equals("1 row of 10,000"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void csv_downloaded_hasTheRowsAndNoFormula() throws Exception {
    open(Pages.full(Pages.HOSTILE.size()));
    browser.script(
        "window.blobs = []; URL.createObjectURL = (blob) => { window.blobs.push(blob);"
            + " return 'about:blank'; }; HTMLAnchorElement.prototype.click = () => {};");

    id("csv").click();
    String csv =
        String.valueOf(
            ((JavascriptExecutor) browser.driver())
                .executeAsyncScript("window.blobs[0].text().then(arguments[0])"));
    assertThat(csv.lines().toList())
        .hasSize(1 + Pages.HOSTILE.size())
        .startsWith(
            "\"outcome\",\"file\",\"place\",\"asset\",\"added_by\",\"bytes\",\"why\",\"what_to_do\"")
        .allMatch(line -> line.matches("(\"([^\"]|\"\")*\",?){8}"));
    assertThat(csv).contains("<script>window.pwned=1</script>").doesNotContain("\u001b");
  }

  @Test
  void copy_command_isInTheClipboard() throws Exception {
    open(Pages.lab());

    WebElement button = browser.driver().findElement(By.cssSelector("#groups .command button"));
    button.click();
    waitUntil(() -> button.getText().equals("Copied"));
    unfold();
    id("search").sendKeys(Keys.chord(Keys.CONTROL, "v"));
    assertThat(id("search").getDomProperty("value"))
        .isEqualTo(texts("#groups .command code").get(0));
  }

  @Test
  void names_hostile_areTextAlone() throws Exception {
    open(Pages.full(Pages.HOSTILE.size()));
    unfold();

    assertThat(texts("#rows tbody th"))
        .containsExactlyInAnyOrderElementsOf(
            Pages.HOSTILE.stream().map(name -> VisibleText.of("/data/scans/" + name)).toList());
    assertThat(browser.script("return window.pwned")).isNull();
    assertThat(browser.count("main img, main script, main [onload], #groups svg, #rows b"))
        .isZero();
    assertThat(browser.count("script")).isEqualTo(4);
  }

  /** Should something get past the escaping after all, the policy stops it. */
  @Test
  void policy_injectedScript_doesNotRun() throws Exception {
    String html =
        HtmlReport.write(Pages.full(1))
            .replace(
                "<main",
                "<script>window.pwned=1</script><img src=x onerror='window.pwned=2'><main");
    browser.open(Files.writeString(folder.resolve("report.html"), html));

    assertThat(text("facts")).startsWith("Exit code 4");
    assertThat(browser.script("return window.pwned")).isNull();
    assertThat(browser.errors())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(error -> error.contains("Content Security Policy"));
  }

  @Test
  void keyboard_alone_reachesAllThatCanBeUsed() throws Exception {
    open(Pages.full(150));
    unfold();
    Set<String> reached = new LinkedHashSet<>();
    for (int i = 0; i < 300; i++) {
      browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
      List<?> now =
          (List<?>)
              browser.script(
                  "const e = document.activeElement; return [e.localName, e.id || e.localName + ' '"
                      + " + e.innerText.trim(), getComputedStyle(e).outlineStyle]");
      if (now.get(0).equals("body")) {
        break; // The end of the page.
      }
      assertThat(now.get(2)).as("focus shows on " + now).isNotEqualTo("none");
      reached.add(String.valueOf(now.get(1)));
    }
    assertThat(reached)
        .contains(
            "a Skip to what to do",
            "theme",
            "button Copy",
            "csv",
            "search",
            "button File",
            "throughput-chart",
            "summary For engineers: timeline, throughput, requests, settings");
  }

  @Test
  void screenReader_everyControlTableAndChart_hasAName() throws Exception {
    open(Pages.full(150));
    unfold();

    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
    for (WebElement control :
        browser
            .driver()
            .findElements(
                By.cssSelector("button, input, select, textarea, [role], a, [tabindex='0']"))) {
      if (control.isDisplayed()) {
        boolean status = "status".equals(control.getDomAttribute("role"));
        assertThat(status || !control.getAccessibleName().isBlank())
            .as("name of " + control.getDomProperty("outerHTML"))
            .isTrue();
      }
    }
    for (WebElement table :
        browser.driver().findElements(By.cssSelector("main table:not(.u-legend)"))) {
      assertThat(table.findElements(By.cssSelector("caption"))).hasSize(1);
      assertThat(table.findElements(By.cssSelector("th:not([scope])"))).isEmpty();
    }
    assertThat(
            browser.script(
                "return [...document.querySelectorAll('[id]')].length"
                    + " === new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"))
        .isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void theme_ofTheSystemOrChosen_isReadable(String theme) throws Exception {
    browser.prefer(theme);
    open(Pages.full(500));
    unfold();
    String paper = paper();
    assertThat(paper)
        .isEqualTo(theme.equals("dark") ? "rgba(18, 24, 31, 1)" : "rgba(255, 255, 255, 1)");
    assertThat(lowContrast()).isEmpty();

    String other = theme.equals("dark") ? "light" : "dark";
    id("theme").findElement(By.cssSelector("option[value='" + other + "']")).click();
    assertThat(paper()).isNotEqualTo(paper);
    assertThat(lowContrast()).isEmpty();
  }

  private static String paper() {
    return browser.driver().findElement(By.tagName("body")).getCssValue("background-color");
  }

  /** WCAG 2.2, 1.4.3: 4.5 to 1. */
  @SuppressWarnings("unchecked")
  private static List<String> lowContrast() {
    return (List<String>)
        browser.script(
            """
            const parse = (css) => css.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
                .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const paper = (e) => { for (; e; e = e.parentElement) {
                const c = parse(getComputedStyle(e).backgroundColor);
                if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
            const bad = new Set();
            for (const e of document.body.querySelectorAll('*')) {
              if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.disabled
                  || e.closest('.u-axis, title, script, style, noscript')) continue;
              const style = getComputedStyle(e);
              const ink = parse(e instanceof SVGElement ? style.fill : style.color);
              const [a, b] = [light(ink), light(paper(e))].sort((x, y) => y - x);
              if ((a + 0.05) / (b + 0.05) < 4.5) bad.add(e.tagName + ' ' + e.className + ' ' + ink + ' on ' + paper(e));
            }
            return [...bad];
            """);
  }

  private static void screenshot(String name) throws IOException {
    if (PICTURES) {
      Files.write(SCREENSHOTS.resolve("report-" + name + ".png"), browser.fullPage());
    }
  }

  /** What a head of a lab sees first, on a phone and on a desk. */
  @ParameterizedTest
  @CsvSource({"390, 844, light", "390, 844, dark", "1400, 1000, light", "1400, 1000, dark"})
  void page_anyWidth_scrollsNothingSidewaysAndShowsTheRemedy(int width, int height, String theme)
      throws Exception {
    browser.prefer(theme);
    Map<String, Page> pages =
        Map.of("lab", Pages.lab(), "full", Pages.full(500), "resumed", Pages.resumed());
    for (Map.Entry<String, Page> named : pages.entrySet()) {
      Page page = named.getValue();
      open(page);
      browser.size(width, height);
      assertThat(sideways()).as("folded").isEmpty();
      if (page.report().exitCode() == ExitCode.NEEDS_PERSON) {
        Object remedy =
            browser.script(
                "return document.querySelector('#groups article p').getBoundingClientRect().bottom");
        assertThat(((Number) remedy).intValue()).as("the first remedy").isLessThan(height);
        if (PICTURES) {
          Files.write(
              SCREENSHOTS.resolve("first-" + width + "-" + theme + ".png"), browser.window());
        }
      }
      unfold();
      waitUntil(() -> browser.count("#timeline-chart svg") == 1);
      assertThat(sideways()).as("unfolded").isEmpty();
      screenshot(named.getKey() + "-" + width + "-" + theme);
    }
  }

  /** Returns what is wider than its place, or ends right of the window. */
  @SuppressWarnings("unchecked")
  private static List<String> sideways() {
    return (List<String>)
        browser.script(
            """
            const wide = [];
            for (const e of document.querySelectorAll('html, body, body *')) {
              if (e.closest('.hidden, .skip, script, style, svg, .u-wrap') || !e.getClientRects().length) continue;
              const box = e.getBoundingClientRect();
              if (box.right > document.documentElement.clientWidth + 1
                  || (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
                      && getComputedStyle(e).overflowX !== 'visible')) {
                wide.push(e.tagName + '#' + e.id + '.' + e.className + ' ' + e.textContent.slice(0, 40));
              }
            }
            const html = document.documentElement;
            if (html.scrollWidth > html.clientWidth) wide.push('the page: ' + html.scrollWidth);
            return wide;
            """);
  }

  @Test
  void page_ofARunThatBrokeOff_saysWhyAndHowToGoOn() throws Exception {
    OutcomeTotals soFar = new OutcomeTotals(Map.of(Outcome.KNOWN_REMOTE, new Total(30, 1000)));
    open(Pages.bare(Pages.report(ExitCode.FAILED, "No <mount>.\nMount it.", soFar, null), 2));

    assertThat(text("safe")).isEqualTo("The run failed: 30 of 30 files are done.");
    assertThat(text("error-text")).isEqualTo("No <mount>.\nMount it.");
    assertThat(text("error-step"))
        .isEqualTo("It stopped in the step transfer, after 70,000 files, 5.0 GB.");
    assertThat(text("resume")).contains("asset-stager stage --resume run1 --config ");
    assertThat(id("rows-part").isDisplayed()).isFalse();
    assertThat(id("assets-section").isDisplayed()).isFalse();
    unfold();
    assertThat(id("throughput-chart").isDisplayed()).isFalse();
    screenshot("failed");
  }

  private static void choose(int attempt) {
    browser.driver().findElements(By.cssSelector("#attempt option")).get(attempt).click();
  }

  @Test
  void page_ofAResumedRun_showsOneAttemptAtATime() throws Exception {
    open(Pages.resumed());
    unfold();
    waitUntil(() -> browser.count("#throughput-chart canvas") == 1);

    assertThat(text("facts")).contains(" in 2 attempts ");
    assertThat(texts("#attempt option")).hasSize(2).first().asString().startsWith("1: 20");
    assertThat(text("timeline-note")).startsWith("Attempt 2 of 2. ").contains("480 tasks ended");
    assertThat(browser.count("#stragglers tbody tr")).isEqualTo(1);
    choose(0);
    assertThat(text("timeline-note")).startsWith("Attempt 1 of 2. ").contains("1 task ended");
    assertThat(browser.count("#timeline-chart rect.lane")).isEqualTo(1);
    assertThat(browser.count("#stragglers tbody tr")).isZero();
    assertThat(texts("#phases caption"))
        .containsExactly("Phases, all 2 attempts at the run together");
    assertThat(texts("#executors tbody tr")).singleElement().asString().startsWith("0 node0");
    assertThat(texts(".u-legend .u-label")).containsExactly("time", "scan");
    choose(1);
    assertThat(texts("#executors tbody tr")).hasSize(6);
    assertThat(texts(".u-legend .u-label")).containsExactly("time", "digest", "transfer");
    assertThat(browser.count("#throughput-chart canvas")).isEqualTo(1);
    assertThat(texts("#timeline-legend li")).containsExactly("scan", "digest", "transfer");
  }

  @Test
  void page_ofADryRun_showsTheEstimate() throws Exception {
    open(
        Pages.bare(
            Pages.report(
                ExitCode.DONE,
                null,
                new OutcomeTotals(Map.of(Outcome.PLANNED, new Total(70_010, 6_000_000_000L))),
                Pages.estimate()),
            1));

    assertThat(text("safe")).endsWith("A run would stage 70,005; 5 more have the same content.");
    assertThat(texts("#outcomes tbody tr"))
        .satisfiesExactly(
            row -> assertThat(row).startsWith("to be staged PLANNED 70,005 > 99.9 % 5.0 GB"),
            row -> assertThat(row).startsWith("equal to one of these PLANNED 5 < 0.1 % 1.0 GB"));
    assertThat(text("estimate-text"))
        .isEqualTo(
            "11m20s in all, 8m00s of it for the transfer of 5.0 GB. It costs 0.36 USD once (0.36 USD"
                + " for requests, 0.00 USD for the transfer) and 0.11 USD a month to keep it.");
    unfold();
    assertThat(texts("#estimate-basis li")).singleElement().asString().startsWith("Transfer: not");
    assertThat(text("saved")).contains("1.0 GB equal to other files. 5.0 GB would be sent.");
    assertThat(text("probe-text"))
        .isEqualTo(
            "Measured for 20 seconds by 4 tasks at the same time. The run is bound by bytes of large"
                + " contents, 104.9 MB/s.");
    assertThat(texts("#probe tbody tr"))
        .containsExactly(
            "look at objects of staging (HEAD) 5.3",
            "read and hash small files of 10 B 1,234 12.3 kB/s",
            "send parts of 1.0 MB 104.9 MB/s");
    screenshot("dry-run");
  }

  @Test
  void page_ofARealRun_opens() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(fixture.add("file " + i, "content " + i % 20));
    }
    rows.get(29).remove("md5");
    rows.add(fixture.add("large", StageFixture.randomBytes(12 * StageFixture.MIB, 1)));
    for (int i = 0; i < 5; i++) {
      Files.delete(fixture.path("file " + i));
    }
    Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)));
    browser.open(run.run.resolve("report.html"));

    assertThat(text("facts")).contains(run.runId());
    assertThat(text("needed")).isEqualTo("5 need you: 5 missing.");
    unfold();
    waitUntil(() -> browser.count("#timeline-chart rect.lane") == 1);
    assertThat(texts("#rows tbody th")).contains(fixture.root + "/file 0").hasSize(5);
    assertThat(texts("#timeline-legend li"))
        .containsExactly("scan", "digest", "list", "plan", "transfer");
    Object colours =
        browser.script(
            "return new Set([...document.querySelectorAll('#timeline-legend .swatch')]"
                + ".map((r) => getComputedStyle(r).backgroundColor)).size");
    assertThat(((Number) colours).intValue()).as("each step has a colour of its own").isEqualTo(5);
    screenshot("real");
  }
}
