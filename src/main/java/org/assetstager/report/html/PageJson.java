package org.assetstager.report.html;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.report.Estimate;
import org.assetstager.report.ExitCode;
import org.assetstager.report.Headline;
import org.assetstager.report.Places;
import org.assetstager.report.ProbeLine;
import org.assetstager.report.Problem;
import org.assetstager.report.ProblemCommands;
import org.assetstager.report.ProblemGroup;
import org.assetstager.report.RunReport;
import org.assetstager.report.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The data of the page as JSON for a {@code <script type="application/json">}: ASCII alone, and no
 * {@code <}, {@code >} or {@code &}, so that nothing in it ends the element. Control characters in
 * texts are made visible; times are milliseconds since the epoch.
 */
final class PageJson {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              new JsonFactoryBuilder()
                  .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
                  .characterEscapes(new Harmless())
                  .build())
          .registerModule(
              new SimpleModule()
                  .addSerializer(new As<>(String.class, VisibleText::lines))
                  .addSerializer(new As<>(Instant.class, Instant::toEpochMilli))
                  .addSerializer(new As<>(ExitCode.class, ExitCode::value)))
          .addMixIn(Problem.class, ShortProblem.class)
          .addMixIn(EndedTask.class, AsArray.class)
          .addMixIn(Timeline.Span.class, AsArray.class);

  /** Of what there is much of. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  private interface AsArray {}

  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonIgnoreProperties({"folder", "kind", "position"})
  private interface ShortProblem {}

  private static final class Harmless extends CharacterEscapes {
    private static final long serialVersionUID = 1;
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

  /** Writes values as texts or numbers that are made of them. */
  private static final class As<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1;
    private final transient Function<T, Object> written;

    As(Class<T> type, Function<T, Object> written) {
      super(type);
      this.written = written;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      Object plain = written.apply(value);
      if (plain instanceof Number number) {
        json.writeNumber(number.longValue());
      } else {
        json.writeString(plain.toString());
      }
    }
  }

  private record Data(
      RunReport run,
      int attempts,
      double seconds,
      String closing,
      Headline headline,
      List<Words> outcomes,
      List<Group> groups,
      List<Problem> problems,
      String allRows,
      String resume,
      String again,
      @Nullable String excused,
      @Nullable Earlier earlier,
      @Nullable Money money,
      List<ProbeLine> probe,
      AssetTotals assets,
      List<Attempt> drawn) {}

  private record Words(
      Outcome name,
      String word,
      String meaning,
      boolean safe,
      boolean problem,
      long rows,
      long bytes) {}

  private record Group(
      Outcome outcome,
      String word,
      String remedy,
      String command,
      String makes,
      boolean manyPeople,
      Total total,
      List<ProblemGroup.Place> places) {}

  private record Earlier(String runId, Instant startedAt, String page, List<String> changes) {}

  private record Money(String once, String requests, String transfer, String perMonth) {}

  private PageJson() {}

  static String write(Page page) {
    RunReport report = page.report();
    Data data =
        new Data(
            report,
            page.attempts().size(),
            report.secondsOfAttempts(),
            Wording.closingLine(report),
            Headline.of(report),
            Arrays.stream(Outcome.values())
                .map(outcome -> words(outcome, report.outcomes().of(outcome)))
                .toList(),
            page.problems().groups().stream().map(group -> group(group, page)).toList(),
            page.problems().rows(),
            allRows(report),
            page.resume(),
            page.stageAgain(),
            Wording.excused(report),
            page.earlier() == null ? null : earlier(page.earlier(), report),
            report.estimate() == null ? null : money(report.estimate()),
            probe(report.estimate()),
            page.assets(),
            page.drawn());
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Words words(Outcome outcome, Total total) {
    return new Words(
        outcome,
        Wording.word(outcome, total.rows()),
        Wording.meaning(outcome),
        Headline.SAFE.contains(outcome),
        Problem.isOne(outcome),
        total.rows(),
        total.bytes());
  }

  private static Group group(ProblemGroup group, Page page) {
    String command = ProblemCommands.of(group, page.report());
    return new Group(
        group.outcome(),
        Wording.word(group.outcome(), group.total().rows()),
        group.remedy(),
        command.isEmpty() ? page.stageAgain() : command,
        ProblemCommands.makes(group),
        group.manyPeople(),
        group.total(),
        group.places().stream()
            .map(
                place ->
                    new ProblemGroup.Place(
                        Places.path(place.folder()),
                        place.createdBy(),
                        place.total(),
                        place.first()))
            .toList());
  }

  private static String allRows(RunReport report) {
    return ProblemCommands.rows(
        report,
        "sheet",
        Stream.of(Outcome.values())
            .filter(outcome -> Problem.isOne(outcome) && report.outcomes().of(outcome).rows() > 0)
            .map(Outcome::name)
            .collect(Collectors.joining(",")));
  }

  private static Earlier earlier(RunReport earlier, RunReport now) {
    return new Earlier(
        earlier.runId(),
        earlier.startedAt(),
        // A run id has no character that a URL would take for anything else.
        "../run_id=" + earlier.runId() + "/report.html",
        Headline.changes(earlier.outcomes(), now.outcomes()));
  }

  private static List<ProbeLine> probe(@Nullable Estimate estimate) {
    return estimate == null || estimate.probed() == null
        ? List.of()
        : ProbeLine.of(estimate.probed().probe());
  }

  private static Money money(Estimate estimate) {
    String currency = estimate.currency();
    return new Money(
        Amounts.money(estimate.onceCost(), currency),
        Amounts.money(estimate.requestsCost(), currency),
        Amounts.money(estimate.transferCost(), currency),
        Amounts.money(estimate.storageCostPerMonth(), currency));
  }
}
