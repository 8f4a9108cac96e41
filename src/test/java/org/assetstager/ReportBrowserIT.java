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
import org.assetstager.report.html.AssetTotals;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** {@code report.html} in a real browser, opened from disk. Fails where there is no browser. */
class ReportBrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Path SCREENSHOTS =
      Path.of(System.getProperty("project.build.directory", "target"), "browser");

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

  @Test
  void page_openedFromDisk_showsEverythingAndAsksForNothing() throws Exception {
    open(Pages.full(500));

    assertThat(browser.driver().getCurrentUrl()).startsWith("file:///");
    assertThat(browser.script("return performance.getEntriesByType('resource').length"))
        .isEqualTo(0L);
    assertThat(browser.driver().getTitle()).isEqualTo("Asset Stager: run run1");
    assertThat(text("closing")).startsWith("Exit code 4: done, but 5,125 uploads failed");
    assertThat(texts("#outcomes tbody tr"))
        .anyMatch(row -> row.startsWith("STAGED 70,000 5.0 GB"))
        .anyMatch(row -> row.startsWith("MODIFIED 5,125 1.5 MB"));
    assertThat(text("outcomes")).contains("total 143,500");
    assertThat(text("saved-note")).startsWith("81.5 GB needn't be sent, 94.2 % of what was");
    assertThat(texts("#saved tbody tr"))
        .containsExactly(
            "Known in the remote exclusion 41,000 80.0 GB 92.5 %",
            "Known in staging exclusion 0 0 B 0.0 %",
            "Same content as another row deduplication 12,000 1.5 GB 1.7 %");
  }

  @Test
  void assets_manyOfThem_areTheLargestAndTheRest() throws Exception {
    open(Pages.full(5));

    assertThat(text("assets-note")).startsWith("The 50 largest of 1,000 assets");
    assertThat(texts("#assets tbody tr")).hasSize(50);
    assertThat(texts("#assets tbody th")).startsWith("<b>scans</b> 2024", "asset 1");
    assertThat(text("assets")).contains("950 other assets 20,000 2.0 MB");
    id("assets").findElement(By.xpath(".//thead//button[text()='MODIFIED']")).click();
    assertThat(texts("#assets tbody th")).startsWith("asset 49", "asset 48");
  }

  @Test
  void timeline_tasksOfExecutors_areDrawnWithTheStragglers() throws Exception {
    open(Pages.full(5));

    assertThat(texts("#timeline-legend li")).containsExactly("scan", "digest", "transfer");
    assertThat(browser.count("#timeline-chart rect.lane")).isEqualTo(6);
    assertThat(browser.count("#timeline-chart rect.k1")).isEqualTo(1 + 240);
    assertThat(browser.count("#timeline-chart rect.k2")).isEqualTo(1 + 240);
    assertThat(browser.count("#timeline-chart rect.straggler")).isEqualTo(1);
    assertThat(browser.count("#timeline-chart rect.failed")).isEqualTo(6);
    assertThat(texts("#stragglers tbody tr"))
        .singleElement()
        .asString()
        .startsWith("digest 3 2 140 00:30");
    WebElement chart = browser.driver().findElement(By.cssSelector("#timeline-chart svg"));
    assertThat(chart.getAriaRole()).isIn("img", "image");
    assertThat(chart.getAccessibleName())
        .startsWith("Timeline: 3 phases, 480 tasks on 6 executors");
    for (WebElement details : browser.driver().findElements(By.cssSelector("summary"))) {
      details.click();
    }
    assertThat(texts("#phases tbody tr")).anyMatch(row -> row.startsWith("digest 03:00 120,000"));
    assertThat(texts("#executors tbody tr")).hasSize(6);
  }

  @Test
  void throughput_overTime_isDrawnAndReadByTheArrowKeys() throws Exception {
    open(Pages.full(5));
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
    assertThat(chart.getAccessibleName()).matches("At 00:20: digest [0-9.]+ MB/s, transfer 0 B/s");
    assertThat(texts(".u-legend .u-value").get(1)).endsWith("MB/s");
    browser.driver().findElement(By.cssSelector("#throughput-section summary")).click();
    assertThat(texts("#throughput tbody tr")).hasSizeGreaterThan(300);
  }

  @Test
  void people_searched_areThoseThatFit() throws Exception {
    open(Pages.full(500));

    assertThat(text("people-count")).isEqualTo("Rows 1 to 100 of 500.");
    assertThat(text("people-note"))
        .startsWith(
            "500 of 20,500 rows, some of each outcome. The ledger has the rest: asset-stager"
                + " report --run file:///ledger/run_id=run1 --rows jsonl --outcome UNREADABLE,DELETED,"
                + "MODIFIED,FAILED");
    id("people-search").sendKeys("VISIT-00123");
    waitUntil(() -> text("people-count").startsWith("Rows 1 to 1 of 1 that fit, of 500."));
    assertThat(texts("#people tbody tr"))
        .containsExactly(
            "FAILED /data/scans/visit-00123/image 4.dcm scans 2024 12.3 kB size differs: 123 Add"
                + " it again");
    id("people-search").sendKeys(" nonsense");
    waitUntil(() -> text("people-count").equals("No row fits."));
    assertThat(id("people-copy").isEnabled()).isFalse();
  }

  @Test
  void people_filteredByOutcome_areThoseOfTheOthers() throws Exception {
    open(Pages.full(500));

    id("people-outcomes").findElement(By.xpath(".//label[contains(., 'MODIFIED')]/input")).click();
    assertThat(text("people-count")).isEqualTo("Rows 1 to 100 of 375 that fit, of 500.");
    Set<String> shown = new LinkedHashSet<>(texts("#people .badge"));
    for (int page = 2; page <= 4; page++) {
      id("people-next").click();
      shown.addAll(texts("#people .badge"));
    }
    assertThat(shown).containsExactlyInAnyOrder("UNREADABLE", "DELETED", "FAILED");
  }

  @Test
  void people_sortedByKeyboard_sayBySortedWhat() throws Exception {
    open(Pages.full(500));
    WebElement button = id("people").findElement(By.xpath(".//thead//button[text()='File']"));
    WebElement header = button.findElement(By.xpath(".."));

    assertThat(header.getDomAttribute("aria-sort")).isNull();
    button.sendKeys(Keys.ENTER);
    assertThat(header.getDomAttribute("aria-sort")).isEqualTo("ascending");
    List<String> ascending = texts("#people td.path");
    button.sendKeys(Keys.SPACE);
    assertThat(header.getDomAttribute("aria-sort")).isEqualTo("descending");
    assertThat(texts("#people td.path").subList(0, 3))
        .contains("/data/scans/visit-00499/image 2.dcm")
        .doesNotContain(ascending.get(0));
    id("people-last").click();
    assertThat(text("people-page")).isEqualTo("Page 5 of 5");
    assertThat(texts("#people td.path").get(99)).isEqualTo(ascending.get(0));
    assertThat(id("people-next").isEnabled()).isFalse();
  }

  @Test
  void people_tenThousand_answerAtOnce() throws Exception {
    open(Pages.full(Page.MOST_ROWS + 1));

    assertThat(text("people-count")).isEqualTo("Rows 1 to 100 of 10,000.");
    long start = System.nanoTime();
    id("people").findElement(By.xpath(".//thead//button[text()='File']")).click();
    id("people-search").sendKeys("visit-09995");
    waitUntil(() -> text("people-count").contains("of 1 that fit"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void copy_commands_areInTheClipboard() throws Exception {
    open(Pages.full(500));
    id("people-search").sendKeys("visit-00123");
    waitUntil(() -> text("people-count").contains("of 1 that fit"));

    id("people-copy").click();
    waitUntil(() -> text("people-copied").equals("Copied the commands for 1 row."));
    id("people-search").clear();
    id("people-search").sendKeys(Keys.chord(Keys.CONTROL, "v"));
    // An input has one line: what the browser makes of the others isn't looked at.
    assertThat(id("people-search").getDomProperty("value").replaceAll("\\s", ""))
        .isEqualTo(
            ": 'Asset Stager, run run1: 1 of 500 rows': 'FAILED'ls -ld --"
                .concat(" '/data/scans/visit-00123/image 4.dcm': 'Once everything is mended'")
                .concat("asset-stager stage --manifest file:/data/manifest.jsonl")
                .concat(" --config \"${CONFIG:?set it}\"")
                .replaceAll("\\s", ""));
  }

  @Test
  void commands_shown_areOneALine() throws Exception {
    open(Pages.full(Pages.HOSTILE.size()));
    id("people-show").click();

    assertThat(id("people-show").getDomAttribute("aria-expanded")).isEqualTo("true");
    List<String> lines = id("people-text").getDomProperty("value").lines().toList();
    assertThat(lines)
        .allMatch(
            line ->
                line.matches(
                    "(: '|ls -ld -- |ls -lab -- |stat -- |namei -l -- |asset-stager stage ).*"));
    assertThat(lines).hasSizeGreaterThan(Pages.HOSTILE.size());
  }

  @Test
  void names_hostile_areTextAlone() throws Exception {
    open(Pages.full(Pages.HOSTILE.size()));

    assertThat(texts("#people td.path"))
        .containsExactlyInAnyOrderElementsOf(
            Pages.HOSTILE.stream().map(name -> VisibleText.of("/data/scans/" + name)).toList());
    assertThat(browser.script("return window.pwned")).isNull();
    assertThat(browser.count("main img, main script, main b:not(.cards b), main [onload]"))
        .isZero();
    assertThat(browser.count("script")).isEqualTo(5);
  }

  /** Should something get past the escaping after all, the policy stops it. */
  @Test
  void policy_injectedScript_doesNotRun() throws Exception {
    String html =
        HtmlReport.write(Pages.full(1))
            .replace(
                "<footer",
                "<script>window.pwned=1</script><img src=x onerror='window.pwned=2'><footer");
    browser.open(Files.writeString(folder.resolve("report.html"), html));

    assertThat(text("closing")).startsWith("Exit code 4");
    assertThat(browser.script("return window.pwned")).isNull();
    assertThat(browser.errors())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(error -> error.contains("Content Security Policy"));
  }

  @Test
  void keyboard_alone_reachesAllThatCanBeUsed() throws Exception {
    open(Pages.full(150));
    Set<String> reached = new LinkedHashSet<>();
    for (int i = 0; i < 200; i++) {
      browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
      WebElement now = browser.driver().switchTo().activeElement();
      if (now.getTagName().equals("body")) {
        break; // The end of the page.
      }
      assertThat(now.getCssValue("outline-style")).as("focus shows on " + now).isNotEqualTo("none");
      String name = now.getDomAttribute("id");
      reached.add(name == null || name.isEmpty() ? now.getTagName() + " " + now.getText() : name);
    }
    assertThat(reached)
        .contains(
            "a Skip to the report",
            "theme",
            "a Timeline",
            "people-search",
            "people-copy",
            "people-show",
            "people-next",
            "people-last",
            "button File",
            "timeline-chart",
            "throughput-chart",
            "summary Settings");
  }

  @Test
  void screenReader_everyControlTableAndChart_hasAName() throws Exception {
    open(Pages.full(150));

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
    String paper = paper();
    assertThat(paper)
        .isEqualTo(theme.equals("dark") ? "rgba(18, 24, 31, 1)" : "rgba(255, 255, 255, 1)");
    assertThat(lowContrast()).isEmpty();
    screenshot(theme);

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
    Files.write(SCREENSHOTS.resolve("report-" + name + ".png"), browser.fullPage());
  }

  @Test
  void page_ofARunThatBrokeOff_saysWhyAndHowToGoOn() throws Exception {
    open(
        new Page(
            Pages.report(
                ExitCode.FAILED, "No <mount>.\nMount it.", new OutcomeTotals(Map.of()), null),
            AssetTotals.none(),
            Map.of(),
            Pages.attempts(2),
            ""));

    assertThat(text("error-text")).isEqualTo("No <mount>.\nMount it.");
    assertThat(text("error-resume")).contains("asset-stager stage --resume run1 --config ...");
    assertThat(text("people-note")).isEqualTo("The run broke off before it had a ledger.");
    assertThat(id("people-tools").isDisplayed()).isFalse();
    assertThat(id("throughput-chart").isDisplayed()).isFalse();
    screenshot("failed");
  }

  private static void choose(int attempt) {
    browser.driver().findElements(By.cssSelector("#attempt option")).get(attempt).click();
  }

  @Test
  void page_ofAResumedRun_showsOneAttemptAtATime() throws Exception {
    open(Pages.resumed());

    assertThat(text("facts")).contains(", in 2 attempts.");
    assertThat(texts("#attempt option")).hasSize(2).first().asString().startsWith("1: 20");
    assertThat(text("timeline-note")).startsWith("Attempt 2 of 2. ").contains("480 tasks ended");
    assertThat(browser.count("#stragglers tbody tr")).isEqualTo(1);
    screenshot("resumed");
    choose(0);
    assertThat(text("timeline-note")).startsWith("Attempt 1 of 2. ").contains("1 task ended");
    assertThat(browser.count("#timeline-chart rect.lane")).isEqualTo(1);
    assertThat(browser.count("#stragglers tbody tr")).isZero();
    for (WebElement details : browser.driver().findElements(By.cssSelector("summary"))) {
      details.click();
    }
    assertThat(texts("#phases caption"))
        .containsExactly("Phases, all 2 attempts at the run together");
    assertThat(texts("#executors tbody tr")).singleElement().asString().startsWith("0 node0");
    assertThat(texts("#throughput thead th")).containsExactly("From", "scan");
    choose(1);
    assertThat(texts("#executors tbody tr")).hasSize(6);
    assertThat(texts("#throughput thead th")).containsExactly("From", "digest", "transfer");
    assertThat(browser.count("#throughput-chart canvas")).isEqualTo(1);
    assertThat(texts("#timeline-legend li")).containsExactly("scan", "digest", "transfer");
  }

  @Test
  void page_ofADryRun_showsTheEstimate() throws Exception {
    open(
        new Page(
            Pages.report(
                ExitCode.DONE,
                null,
                new OutcomeTotals(Map.of(Outcome.PLANNED, new Total(70_010, 6_000_000_000L))),
                Pages.estimate()),
            AssetTotals.none(),
            Map.of(),
            Pages.attempts(1),
            ""));

    assertThat(texts("#estimate-cards li"))
        .containsExactly(
            "11:20\nin all, 08:00 of it for the upload",
            "5.0 GB\nto be sent",
            "0.36 USD\nonce: 0.36 USD for requests, 0.00 USD for the transfer",
            "0.11 USD\na month to keep it");
    assertThat(texts("#estimate-basis li")).singleElement().asString().startsWith("Upload: not");
    assertThat(text("saved")).containsPattern("deduplication +1\\.0 GB 16\\.7 %");
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

    assertThat(text("run-id")).isEqualTo(run.runId());
    assertThat(text("closing")).isEqualTo("Exit code 3: done, but 5 rows need a person.");
    assertThat(texts("#people td.path")).contains(fixture.root + "/file 0").hasSize(5);
    assertThat(browser.count("#timeline-chart rect.lane")).isEqualTo(1);
    assertThat(texts("#timeline-legend li"))
        .containsExactly("scan", "rename", "digest", "list", "plan", "transfer");
    Object colours =
        browser.script(
            "return new Set([...document.querySelectorAll('#timeline-legend rect')]"
                + ".map((r) => getComputedStyle(r).fill)).size");
    assertThat(((Number) colours).intValue()).as("each phase has a colour of its own").isEqualTo(6);
    screenshot("real");
  }
}
