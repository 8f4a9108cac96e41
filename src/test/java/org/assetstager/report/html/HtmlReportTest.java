package org.assetstager.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  static JsonNode data(String html) throws Exception {
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  @Test
  void write_anyPage_isOneFileThatNeedsNoOther() {
    String html = HtmlReport.write(Pages.full(100));

    assertThat(html).startsWith("<!DOCTYPE html>\n<html lang=\"en\">").endsWith("</html>\n");
    assertThat(html.replaceAll("<!--.*?-->|/\\*!.*?\\*/", ""))
        .doesNotContainPattern("(?i)\\b(src|srcset|action|data)=\"")
        .doesNotContainPattern("(?i)<(link|base|iframe|object|embed|img)\\b")
        .doesNotContainPattern("(?i)url\\(|@import")
        .doesNotContainPattern(
            "(?i)\\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|eval|innerHTML|insertAdjacentHTML|document\\.write)\\b")
        .doesNotContainPattern("\\son[a-z]+=\"");
    assertThat(DATA.matcher(html).replaceAll("")).doesNotContainPattern("\\{\\{[a-z]+}}");
  }

  @Test
  void write_anyPage_hasTheLicenceOfTheCharts() {
    assertThat(HtmlReport.write(Pages.full(1)))
        .contains(
            "The MIT License (MIT)", "Copyright (c) 2022 Leon Sorokin", "THE SOFTWARE IS PROVIDED");
  }

  @Test
  void write_anyPage_allowsItsOwnScriptsAndStylesAlone() throws Exception {
    String html = HtmlReport.write(Pages.full(20));
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(html);
    assertThat(policy.find()).isTrue();

    assertThat(policy.group(1))
        .startsWith("default-src 'none'; script-src 'sha256-")
        .endsWith("; base-uri 'none'; form-action 'none'")
        .doesNotContain("unsafe", "*", "http", "data:");
    int elements = 0;
    Matcher element = Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL).matcher(html);
    while (element.find()) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(element.group(2).getBytes(UTF_8));
      String hash = "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
      String directive = element.group(1) + "-src [^;]*" + Pattern.quote(hash);
      assertThat(policy.group(1)).containsPattern(directive);
      elements++;
    }
    assertThat(elements).isEqualTo(6);
    assertThat(Pattern.compile("sha256-").matcher(policy.group(1)).results().count()).isEqualTo(6);
  }

  @Test
  void write_hostileNames_areDataWithoutMarkup() throws Exception {
    String html = HtmlReport.write(Pages.full(Pages.HOSTILE.size()));
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();

    assertThat(data.group(1)).matches("[ -~]*").doesNotContain("<", ">", "&");
    List<String> names = new ArrayList<>();
    data(html).get("people").forEach(row -> names.add(row.get(1).asText()));
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Pages.HOSTILE.stream().map(name -> VisibleText.of("/data/scans/" + name)).toList());
    data(html)
        .get("people")
        .forEach(
            row ->
                assertThat(row.get(6).asText()).doesNotContain("\n", "\u001b", "\u202e", "\u2028"));
  }

  @Test
  void write_moreRowsThanAreShown_showsSoManyAndSaysHowManyThereAre() throws Exception {
    JsonNode data = data(HtmlReport.write(Pages.full(Page.MOST_ROWS + 7)));

    assertThat(data.get("people")).hasSize(Page.MOST_ROWS);
    long rows =
        Stream.iterate(0, i -> i < data.get("outcomes").size(), i -> i + 1)
            .map(i -> data.get("outcomes").get(i))
            .filter(outcome -> outcome.get("person").asBoolean())
            .mapToLong(outcome -> outcome.get("rows").asLong())
            .sum();
    assertThat(rows).isEqualTo(Page.MOST_ROWS + 7 + 4 * 5000);
  }

  @Test
  void write_rowsOfGreatLength_areCut() {
    Map<Outcome, List<LedgerRow>> people = new EnumMap<>(Outcome.class);
    String longest = "é".repeat(4096);
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < Page.MOST_ROWS; i++) {
      rows.add(Pages.row(Outcome.DELETED, longest, longest, longest));
    }
    people.put(Outcome.DELETED, rows);
    OutcomeTotals totals = new OutcomeTotals(Map.of(Outcome.DELETED, new Total(rows.size(), 0)));
    Page page =
        new Page(
            Pages.report(ExitCode.NEEDS_PERSON, null, totals, null),
            AssetTotals.none(),
            people,
            Pages.attempts(1),
            "");

    assertThat(HtmlReport.write(page).length())
        .isBetween(PageJson.MOST_ROW_CHARACTERS, PageJson.MOST_ROW_CHARACTERS + (1 << 20));
  }

  @Test
  void write_runThatBrokeOff_hasItsErrorAndHowToGoOn() throws Exception {
    Page page =
        new Page(
            Pages.report(
                ExitCode.FAILED, "No <mount>.\nMount it\u001b.", new OutcomeTotals(Map.of()), null),
            AssetTotals.none(),
            Map.of(),
            Pages.attempts(2),
            "");
    JsonNode run = data(HtmlReport.write(page)).get("run");

    assertThat(run.get("error").asText()).isEqualTo("No <mount>.\nMount it\\u001b.");
    assertThat(run.get("exitCode").asInt()).isEqualTo(1);
    assertThat(run.get("attempts").asInt()).isEqualTo(2);
  }

  @Test
  void write_dryRun_hasTheEstimate() throws Exception {
    Page page =
        new Page(
            Pages.report(ExitCode.DONE, null, new OutcomeTotals(Map.of()), Pages.estimate()),
            AssetTotals.none(),
            Map.of(),
            Pages.attempts(1),
            "");
    JsonNode estimate = data(HtmlReport.write(page)).get("estimate");

    assertThat(estimate.get("seconds").asDouble()).isEqualTo(680);
    assertThat(estimate.get("once").asText()).isEqualTo("0.36 USD");
    assertThat(estimate.get("basis").get(0).asText()).startsWith("Upload: not measured");
  }
}
