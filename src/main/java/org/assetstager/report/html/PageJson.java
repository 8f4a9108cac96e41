package org.assetstager.report.html;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.Estimate;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShellWord;
import org.assetstager.report.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The data of the page as JSON for a {@code <script type="application/json">}: ASCII alone, and no
 * {@code <}, {@code >} or {@code &}, so that nothing in it ends the element. Texts of users are
 * made visible ({@link VisibleText}).
 */
final class PageJson {
  /** Where the rows end, however few they are: what a browser reads in a second. */
  static final int MOST_ROW_CHARACTERS = 16 << 20;

  static final int MOST_NAME = 300;
  static final int MOST_ERROR = 10_000;

  private static final class Harmless extends CharacterEscapes {
    private final int[] ascii = CharacterEscapes.standardAsciiEscapesForJSON();

    Harmless() {
      for (char character : new char[] {'<', '>', '&'}) {
        ascii[character] = CharacterEscapes.ESCAPE_STANDARD;
      }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return null;
    }
  }

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
          .characterEscapes(new Harmless())
          .build();

  private final Page page;
  private final RunReport report;
  private final JsonGenerator json;

  private PageJson(Page page, JsonGenerator json) {
    this.page = page;
    this.report = page.report();
    this.json = json;
  }

  static String write(Page page) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      new PageJson(page, json).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write() throws IOException {
    json.writeStartObject();
    writeRun();
    writeOutcomes();
    writeAssets();
    writeEstimate(report.estimate());
    TimelineJson.write(page, json);
    json.writeObjectFieldStart("requests");
    for (Map.Entry<String, Long> request : report.requests().entrySet()) {
      json.writeNumberField(request.getKey(), request.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("settings");
    for (Map.Entry<String, String> setting : report.settings().entrySet()) {
      json.writeStringField(setting.getKey(), VisibleText.of(setting.getValue()));
    }
    json.writeEndObject();
    new PeopleJson(page, json).write();
    json.writeEndObject();
  }

  private void writeRun() throws IOException {
    json.writeObjectFieldStart("run");
    json.writeStringField("id", report.runId());
    json.writeBooleanField("dry", report.dryRun());
    json.writeNumberField("attempts", page.attempts().size());
    json.writeStringField("version", report.appVersion());
    json.writeStringField("spark", report.sparkVersion());
    json.writeStringField("startedAt", report.startedAt().toString());
    json.writeStringField("endedAt", report.endedAt().toString());
    json.writeNumberField("exitCode", report.exitCode().value());
    json.writeStringField("closing", Wording.closingLine(report));
    json.writeStringField("ledger", VisibleText.of(report.ledger()));
    json.writeStringField("ledgerWord", ShellWord.of(report.ledger()));
    json.writeStringField("again", page.stageAgain());
    String error = report.error();
    json.writeStringField(
        "error",
        error == null
            ? null
            : String.join(
                "\n", error.lines().map(line -> VisibleText.of(line, MOST_ERROR)).toList()));
    json.writeNumberField("manifestRows", report.manifestRows());
    json.writeNumberField("uploaded", report.bytesUploaded());
    json.writeEndObject();
  }

  private void writeOutcomes() throws IOException {
    json.writeArrayFieldStart("outcomes");
    for (Outcome outcome : Outcome.values()) {
      Total total = report.outcomes().of(outcome);
      json.writeStartObject();
      json.writeStringField("name", outcome.name());
      json.writeStringField("meaning", Wording.meaning(outcome));
      json.writeBooleanField("person", ConsoleSummary.showsRowsOf(outcome));
      json.writeNumberField("rows", total.rows());
      json.writeNumberField("bytes", total.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeAssets() throws IOException {
    json.writeArrayFieldStart("assets");
    for (AssetTotals.Asset asset : page.assets().largest()) {
      writeAsset(VisibleText.of(asset.name(), MOST_NAME), asset.totals());
    }
    json.writeEndArray();
    json.writeNumberField("otherAssets", page.assets().otherAssets());
    json.writeFieldName("others");
    writeAsset("", page.assets().others());
  }

  private void writeAsset(String name, OutcomeTotals totals) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeObjectFieldStart("outcomes");
    for (Map.Entry<Outcome, Total> entry : totals.byOutcome().entrySet()) {
      if (entry.getValue().rows() > 0) {
        json.writeArrayFieldStart(entry.getKey().name());
        json.writeNumber(entry.getValue().rows());
        json.writeNumber(entry.getValue().bytes());
        json.writeEndArray();
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeEstimate(@Nullable Estimate estimate) throws IOException {
    if (estimate == null) {
      json.writeNullField("estimate");
      return;
    }
    json.writeObjectFieldStart("estimate");
    json.writeNumberField("seconds", estimate.seconds());
    json.writeNumberField("uploadSeconds", estimate.uploadSeconds());
    json.writeNumberField("bytes", estimate.bytes());
    String currency = estimate.currency();
    json.writeStringField("once", Amounts.money(estimate.onceCost(), currency));
    json.writeStringField("requestsCost", Amounts.money(estimate.requestsCost(), currency));
    json.writeStringField("transferCost", Amounts.money(estimate.transferCost(), currency));
    json.writeStringField("perMonth", Amounts.money(estimate.storageCostPerMonth(), currency));
    json.writeObjectFieldStart("requests");
    for (Map.Entry<String, Long> request : estimate.requests().entrySet()) {
      json.writeNumberField(request.getKey(), request.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("basis");
    for (String sentence : estimate.basis()) {
      json.writeString(sentence);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
