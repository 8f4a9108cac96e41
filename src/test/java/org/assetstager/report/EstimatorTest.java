package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.assetstager.asset.Total;
import org.assetstager.settings.CostSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.upload.Probe;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatorTest {
  private static final long GB = 1L << 30;
  private static final CostSettings COST =
      new CostSettings(
          "USD",
          new BigDecimal("0.005"),
          new BigDecimal("0.006"),
          new BigDecimal("0.0004"),
          new BigDecimal("0.023"),
          new BigDecimal("0.01"),
          100_000_000,
          Duration.ofMillis(50));

  private static Estimate estimate(UploadSettings limits, Uploads uploads, Measured measured) {
    return new Estimator(COST, limits).of(uploads, measured);
  }

  private static UploadSettings limits(Long bandwidth, Integer requests) {
    return new UploadSettings(5 << 20, 6 << 20, 1 << 30, false, bandwidth, requests);
  }

  private static Measured measured() {
    return new Measured(
        Map.of("LIST", 7L, "HEAD", 5L, "GET", 1L), 12.5, false, 2, KnownFiles.NONE, null);
  }

  @Test
  void of_uploads_countsEveryRequestByKind() {
    Estimate estimate =
        estimate(limits(null, null), new Uploads(1000, 3, 40, 2, 10 * GB, 9 * GB), measured());

    assertThat(estimate.requests())
        .containsExactly(
            Map.entry("LIST", 7L),
            Map.entry("HEAD", 7L),
            Map.entry("GET", 1L),
            Map.entry("PUT", 1000L),
            Map.entry("CREATE", 3L),
            Map.entry("PART", 40L),
            Map.entry("COMPLETE", 3L));
    assertThat(estimate.bytes()).isEqualTo(10 * GB);
  }

  @Test
  void of_uploads_costsWhatThePricesSay() {
    Estimate estimate =
        estimate(limits(null, null), new Uploads(1000, 3, 40, 2, 10 * GB, 9 * GB), measured());

    // 1046 writes, 7 lists, 8 reads
    assertThat(estimate.requestsCost())
        .isEqualByComparingTo(
            new BigDecimal("0.00523")
                .add(new BigDecimal("0.000042"))
                .add(new BigDecimal("0.0000032")));
    assertThat(estimate.transferCost()).isEqualByComparingTo("0.1");
    assertThat(estimate.storageCostPerMonth()).isEqualByComparingTo("0.23");
    assertThat(estimate.onceCost())
        .isEqualByComparingTo(estimate.requestsCost().add(estimate.transferCost()));
    assertThat(estimate.currency()).isEqualTo("USD");
  }

  @ParameterizedTest
  @CsvSource({
    // bandwidth, requests a second, puts, bytes, seconds
    "         ,    ,       1, 1000000000, 10", // the bytes take longest
    " 10000000,    ,       1, 1000000000, 100", // upload.max-bandwidth is less
    "900000000,    ,       1, 1000000000, 10", // it is more
    "         ,    ,    6400, 1000,       10", // the answers take longest: 6400 * 50 ms / 32
    "         , 100,    6400, 1000,       64", // upload.max-requests-per-second is less
    "         ,    ,       0, 0,          0"
  })
  void of_uploads_takeAsLongAsTheSlowestOfThree(
      Long bandwidth, Integer requests, long puts, long bytes, double seconds) {
    Estimate estimate =
        estimate(limits(bandwidth, requests), new Uploads(puts, 0, 0, 0, bytes, 0), measured());

    assertThat(estimate.uploadSeconds()).isCloseTo(seconds, within(0.01));
    assertThat(estimate.measuredSeconds()).isEqualTo(12.5);
    assertThat(estimate.seconds()).isCloseTo(12.5 + seconds, within(0.01));
  }

  @Test
  void of_anything_saysWhatItRestsOn() {
    assertThat(estimate(limits(null, null), new Uploads(1, 0, 0, 0, 1, 0), measured()).basis())
        .anyMatch(line -> line.contains("as measured by this dry run"))
        .anyMatch(
            line ->
                line.contains("not measured, but assumed to send 100.0 MB/s")
                    && line.contains("estimate.bandwidth")
                    && line.contains("50 ms each"))
        .anyMatch(line -> line.contains("cost.*"))
        .noneMatch(line -> line.contains("resumed") || line.contains("known"));
    assertThat(
            estimate(
                    limits(5_000_000L, 9),
                    new Uploads(1, 0, 0, 0, 1, 0),
                    new Measured(
                        Map.of(),
                        1,
                        true,
                        2,
                        new KnownFiles(new Total(1, 1L << 30), new Total(1, 2L << 30)),
                        null))
                .basis())
        .anyMatch(line -> line.contains("resumed") && line.contains("count twice"))
        .anyMatch(line -> line.contains("At most 3.2 GB are read besides what is sent"))
        .anyMatch(line -> line.contains("5.0 MB/s in all (upload.max-bandwidth)"))
        .anyMatch(line -> line.contains("at most 9 a second (upload.max-requests-per-second)"));
  }

  /** Two tasks; each sends 4 parts at a time, and 16 small contents. */
  private static Probe probe(Map<Kind, Figure> figures) {
    return new Probe(20, 2, 4, false, figures);
  }

  private static Figure perSecond(double perSecond, double bytesPerSecond) {
    return new Figure(100, 1000, perSecond, bytesPerSecond);
  }

  private static final Map<Kind, Figure> FIGURES =
      Map.of(
          Kind.HEAD, perSecond(320, 0),
          Kind.READ_SMALL, perSecond(1000, 10e6),
          Kind.READ_LARGE, perSecond(100, 100e6),
          Kind.SEND_SMALL, perSecond(250, 2.5e6),
          Kind.SEND_PARTS, perSecond(5, 50e6),
          Kind.TRANSFER_SMALL, perSecond(200, 2e6),
          Kind.TRANSFER_PARTS, perSecond(4, 40e6));

  private static Measured measured(Map<Kind, Figure> figures, KnownFiles known) {
    return new Measured(Map.of(), 12.5, false, 2, known, probe(figures));
  }

  @ParameterizedTest
  @CsvSource({
    // puts, multiparts, bytes, part bytes, known files, their bytes, bytes of large ones, seconds,
    // bound
    "   4000,   0,   40000000,          0,      0,          0,          0,   20, small_contents",
    "   4000,   0,   80000000,          0,      0,          0,          0,   40, small_contents",
    "      0,  10, 4000000000, 4000000000,      0,          0,          0, 100.5, large_contents",
    "   4000,  10, 4040000000, 4000000000,      0,          0,          0, 120.5, large_contents",
    "     10,   0,      10000,          0,  40000,          0,          0,  0.05, planning", // empty
    "     10,   0,      10000,          0,  40000,   40000000,          0, 40.05, reading",
    "     10,   0,      10000,          0,     40,  400000000,          0, 40.05, reading",
    "     10,   0,      10000,          0,      0,          0, 4000000000, 40.05, reading",
    "     10,   0,      10000,          0,  20000,   20000000, 2000000000, 40.05, reading",
    "    100,   0,    1000000,          0,      0,          0,          0,   0.5, planning"
  })
  void of_probed_takesAsLongAsWhatWasMeasured(
      long puts,
      long multiparts,
      long bytes,
      long partBytes,
      long knownFiles,
      long knownBytes,
      long knownLargeBytes,
      double seconds,
      String bound) {
    Estimate estimate =
        estimate(
            limits(null, null),
            new Uploads(puts, multiparts, 10 * multiparts, 0, bytes, partBytes),
            measured(
                FIGURES,
                new KnownFiles(new Total(knownFiles, knownBytes), new Total(1, knownLargeBytes))));

    assertThat(estimate.uploadSeconds()).isCloseTo(seconds, within(0.001));
    assertThat(estimate.probed().bound()).isEqualTo(bound);
    assertThat(estimate.basis())
        .anyMatch(line -> line.startsWith("Transfer: measured for 20 seconds by 2 tasks"))
        .noneMatch(line -> line.contains("not measured"));
  }

  @Test
  void of_probedToALimit_namesTheSetting() {
    Uploads large = new Uploads(0, 1, 400, 0, 4_000_000_000L, 4_000_000_000L);
    Uploads small = new Uploads(40_000, 0, 0, 0, 400_000_000, 0);

    assertThat(boundText(limits(50_000_000L, null), large))
        .isEqualTo(
            "bytes of large contents, 50.0 MB/s: the setting upload.max-bandwidth allows no more");
    assertThat(boundText(limits(500_000_000L, null), large))
        .isEqualTo("bytes of large contents, 50.0 MB/s");
    assertThat(boundText(limits(null, 260), small))
        .isEqualTo(
            "requests of small contents, 250 a second: the setting upload.max-requests-per-second"
                + " allows no more");
    assertThat(boundText(limits(null, 2_000), small))
        .isEqualTo("requests of small contents, 250 a second");
  }

  private static String boundText(UploadSettings limits, Uploads uploads) {
    return estimate(limits, uploads, measured(FIGURES, KnownFiles.NONE)).probed().boundText();
  }

  @Test
  void of_probeOfFewerTasksThanCores_saysSo() {
    Measured three = new Measured(Map.of(), 12.5, false, 3, KnownFiles.NONE, probe(FIGURES));

    assertThat(estimate(limits(null, null), new Uploads(1, 0, 0, 0, 1, 0), three).basis())
        .anyMatch(
            line -> line.contains("by 2 tasks at the same time (of 3: the others came too late)"));
    assertThat(
            estimate(
                    limits(null, null),
                    new Uploads(1, 0, 0, 0, 1, 0),
                    measured(FIGURES, KnownFiles.NONE))
                .basis())
        .noneMatch(line -> line.contains("came too late"));
  }

  @Test
  void of_probeThatMeasuredNothing_goesByTheSettings() {
    Estimate estimate =
        estimate(
            limits(null, null),
            new Uploads(6400, 0, 0, 0, 1000, 0),
            measured(Map.of(), KnownFiles.NONE));

    assertThat(estimate.uploadSeconds()).isCloseTo(10, within(0.001));
  }

  @Test
  void of_probedWithWhatWasSentAlone_goesByThat() {
    Map<Kind, Figure> sentOnly = new EnumMap<>(FIGURES);
    sentOnly.remove(Kind.TRANSFER_SMALL);

    assertThat(
            estimate(
                    limits(null, null),
                    new Uploads(5000, 0, 0, 0, 50_000_000, 0),
                    measured(sentOnly, KnownFiles.NONE))
                .uploadSeconds())
        .isCloseTo(20, within(0.001));
  }
}
