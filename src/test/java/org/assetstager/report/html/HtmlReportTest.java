package org.assetstager.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.RunReport;
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
        .doesNotContainPattern("(?i)(?<!Object)url\\(|@import")
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
    assertThat(elements).isEqualTo(5);
    assertThat(Pattern.compile("sha256-").matcher(policy.group(1)).results().count()).isEqualTo(5);
  }

  @Test
  void write_hostileNames_areDataWithoutMarkup() throws Exception {
    String html = HtmlReport.write(Pages.full(Pages.HOSTILE.size()));
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();

    assertThat(data.group(1)).matches("[ -~]*").doesNotContain("<", ">", "&");
    List<String> names = new ArrayList<>();
    data(html).get("problems").forEach(row -> names.add(row.get(1).asText()));
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Pages.HOSTILE.stream().map(name -> VisibleText.of("/data/scans/" + name)).toList());
  }

  @Test
  void write_rowsThatNeedAPerson_areGroupedByRemedyWithOneCommandEach() throws Exception {
    JsonNode groups = data(HtmlReport.write(Pages.lab())).get("groups");

    List<String> shown = new ArrayList<>();
    groups.forEach(
        group ->
            shown.add(
                group.at("/total/rows").asLong()
                    + " "
                    + group.get("word").asText()
                    + ": "
                    + group.get("command").asText().replaceAll(".* --remedy ", "")));
    assertThat(shown)
        .containsExactly(
            "201 changed: add-again > run1-add-again.paths && xargs -0 -r ls -ld --"
                + " < run1-add-again.paths",
            "150 missing: remove-or-restore > run1-remove-or-restore.paths && xargs -0 -r ls -ld"
                + " -- < run1-remove-or-restore.paths",
            "50 moved: replace-path > run1-replace-path.csv",
            "10 links: copy-below-root > run1-copy-below-root.paths && xargs -0 -r namei --"
                + " < run1-copy-below-root.paths",
            "3 bad entries: fix-manifest-row > run1-fix-manifest-row.csv");
    for (JsonNode group : groups) {
      long rows = 0;
      for (JsonNode place : group.get("places")) {
        rows += place.at("/total/rows").asLong();
      }
      assertThat(rows).isEqualTo(group.at("/total/rows").asLong());
    }
  }

  @Test
  void write_runAfterAnother_linksItAndSaysWhatIsNew() throws Exception {
    JsonNode earlier = data(HtmlReport.write(Pages.lab())).get("earlier");

    assertThat(earlier.get("page").asText()).isEqualTo("../run_id=run1/report.html");
    assertThat(earlier.get("changes"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "664 more in the manifest",
            "592 more safe in S3",
            "3 more bad entries",
            "10 more links",
            "3 fewer missing",
            "50 more moved",
            "12 more changed");
  }

  @Test
  void write_runThatBrokeOff_hasItsErrorAndHowToGoOn() throws Exception {
    RunReport report =
        Pages.report(
            ExitCode.FAILED, "No <mount>.\nMount it\u001b.", new OutcomeTotals(Map.of()), null);
    JsonNode data = data(HtmlReport.write(Pages.bare(report, 2)));

    assertThat(data.at("/run/error").asText()).isEqualTo("No <mount>.\nMount it\\u001b.");
    assertThat(data.at("/run/exitCode").asInt()).isEqualTo(1);
    assertThat(data.get("attempts").asInt()).isEqualTo(2);
    assertThat(data.get("resume").asText())
        .isEqualTo(
            "asset-stager stage --resume run1 --config \"${CONFIG:?set it to your settings file}\"");
  }

  @Test
  void write_runThatWasResumed_tookAsLongAsItsAttempts() throws Exception {
    JsonNode data = data(HtmlReport.write(Pages.resumed()));

    assertThat(data.get("seconds").asDouble()).isEqualTo(20 + 400);
    assertThat(data(HtmlReport.write(Pages.full(1))).get("seconds").asDouble()).isEqualTo(400);
  }

  @Test
  void write_dryRun_hasTheEstimate() throws Exception {
    RunReport report =
        Pages.report(ExitCode.DONE, null, new OutcomeTotals(Map.of()), Pages.estimate());
    JsonNode data = data(HtmlReport.write(Pages.bare(report, 1)));

    assertThat(data.at("/run/estimate/uploadSeconds").asDouble()).isEqualTo(480);
    assertThat(data.at("/money/once").asText()).isEqualTo("0.36 USD");
    assertThat(data.at("/run/estimate/basis/0").asText()).startsWith("Transfer: not measured");
    assertThat(data.at("/run/estimate/probed/boundText").asText())
        .isEqualTo("bytes of large contents, 104.9 MB/s");
    assertThat(data.at("/run/estimate/probed/probe/tasks").asInt()).isEqualTo(4);
    assertThat(data.get("probe").size()).isEqualTo(3);
    assertThat(data.at("/probe/0")).isEqualTo(line("look at objects of staging (HEAD)", "5.3", ""));
    assertThat(data.at("/probe/1"))
        .isEqualTo(line("read and hash small files of 10 B", "1,234", "12.3 kB/s"));
    assertThat(data.at("/probe/2")).isEqualTo(line("send parts of 1.0 MB", "", "104.9 MB/s"));
  }

  private static JsonNode line(String what, String perSecond, String bytesPerSecond) {
    return new ObjectMapper()
        .createObjectNode()
        .put("what", what)
        .put("perSecond", perSecond)
        .put("bytesPerSecond", bytesPerSecond);
  }
}
