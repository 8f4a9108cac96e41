package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assetstager.testing.SampleRows.FILE;
import static org.assetstager.testing.SampleRows.md5;

import java.math.BigInteger;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.testing.SampleRows;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerRowsTest {
  private static final String MD5 = md5(1);
  private static final String FILE_ID = new FileId(Md5.parse(MD5)).toString();
  private static final LedgerRows ROWS =
      new LedgerRows("run-1", false, bucket("indexed", "r/"), bucket("incoming", "s/"));

  private static BucketSettings bucket(String name, String prefix) {
    return new BucketSettings(
        name,
        prefix,
        null,
        "us-east-1",
        false,
        new Credentials(null, null, null, null, null, null),
        BucketSettings.Listing.AUTO,
        null);
  }

  private static VerifiedRow unchanged(long position) {
    return SampleRows.unchanged(position, "top", MD5, 5);
  }

  /** The outcome of the content that row 7 stands for. */
  private static ContentOutcome content(Outcome outcome) {
    return new ContentOutcome(outcome, "why", "etag", 5, FILE, 7, "CODE", "message", 9_000L);
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNCHANGED"})
  void of_verdictThatSettlesTheRow_isItsOutcome(Verdict verdict) {
    LedgerRow row = ROWS.of(SampleRows.other(3, verdict), null);

    assertThat(row.outcome().name()).isEqualTo(verdict.name()).isEqualTo(row.verdict());
    assertThat(row.detail()).isEqualTo("detail");
    assertThat(row.state()).isEqualTo("pending");
    assertThat(row.error()).isEqualTo(verdict == Verdict.UNREADABLE ? "EACCES" : null);
    assertThat(row.size()).as("as the manifest says").isEqualTo(5);
    assertThat(row)
        .extracting(
            LedgerRow::bucket,
            LedgerRow::key,
            LedgerRow::etag,
            LedgerRow::duplicateOf,
            LedgerRow::stagedAt)
        .containsOnlyNulls();
    assertThat(row.bytesUploaded()).isZero();
    assertThat(row.remedy() != null).isEqualTo(row.outcome().needsPerson());
    assertThat(row.remedyCode() != null).isEqualTo(row.outcome().needsPerson());
  }

  /**
   * The row that stands for the content is 7; {@code -} is null. Detail, error and remedy are
   * looked at apart.
   */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          content       | row | outcome       | state     | bucket   | duplicate | uploaded | staged
          KNOWN_REMOTE  | 7   | KNOWN_REMOTE  | committed | indexed  | -         | 0        | -
          KNOWN_REMOTE  | 8   | KNOWN_REMOTE  | committed | indexed  | -         | 0        | -
          KNOWN_STAGING | 7   | KNOWN_STAGING | staged    | incoming | -         | 0        | -
          KNOWN_STAGING | 8   | KNOWN_STAGING | staged    | incoming | -         | 0        | -
          CONFLICT      | 7   | CONFLICT      | pending   | indexed  | -         | 0        | -
          CONFLICT      | 8   | CONFLICT      | pending   | indexed  | -         | 0        | -
          STAGED        | 7   | STAGED        | staged    | incoming | -         | 5        | 9000
          STAGED        | 8   | DUPLICATE     | staged    | incoming | by        | 0        | 9000
          PLANNED       | 7   | PLANNED       | pending   | -        | -         | 0        | -
          PLANNED       | 8   | PLANNED       | pending   | -        | by        | 0        | -
          FAILED        | 7   | FAILED        | pending   | -        | -         | 0        | -
          FAILED        | 8   | FAILED        | pending   | -        | by        | 0        | -
          MODIFIED      | 7   | MODIFIED      | pending   | -        | -         | 0        | -
          MODIFIED      | 8   | FAILED        | pending   | -        | by        | 0        | -
          UNREADABLE    | 7   | UNREADABLE    | pending   | -        | -         | 0        | -
          UNREADABLE    | 8   | FAILED        | pending   | -        | by        | 0        | -
          DELETED       | 7   | DELETED       | pending   | -        | -         | 0        | -
          DELETED       | 8   | FAILED        | pending   | -        | by        | 0        | -
          OUTSIDE_ROOT  | 7   | OUTSIDE_ROOT  | pending   | -        | -         | 0        | -
          OUTSIDE_ROOT  | 8   | FAILED        | pending   | -        | by        | 0        | -
          """)
  void of_candidate_isWhatBecameOfItsContent(
      Outcome content,
      long position,
      Outcome outcome,
      String state,
      @Nullable String bucket,
      @Nullable String duplicate,
      long uploaded,
      @Nullable Long staged) {
    LedgerRow row = ROWS.of(unchanged(position), content(content));

    assertThat(row.outcome()).isEqualTo(outcome);
    assertThat(row.verdict()).isEqualTo("UNCHANGED");
    assertThat(row.state()).isEqualTo(state);
    assertThat(row.bucket()).isEqualTo(bucket);
    String prefix = "indexed".equals(bucket) ? "r/" : "s/";
    assertThat(row.key()).isEqualTo(bucket == null ? null : prefix + "contents/top/" + FILE_ID);
    assertThat(row.etag()).isEqualTo(bucket == null ? null : "etag");
    assertThat(row.duplicateOf()).isEqualTo(duplicate == null ? null : FILE + "#7");
    assertThat(row.bytesUploaded()).isEqualTo(uploaded);
    assertThat(row.stagedAt()).isEqualTo(staged);
    assertThat(row.fileId()).isEqualTo(FILE_ID);
    assertThat(row.md5()).isEqualTo(MD5);
    assertThat(row.remedy() != null).isEqualTo(outcome.needsPerson() || outcome == Outcome.FAILED);
    assertThat(row.remedyCode() != null).isEqualTo(row.remedy() != null);
  }

  @Test
  void of_rowThatStandsForAFailedContent_hasItsErrorAndDetail() {
    LedgerRow row = ROWS.of(unchanged(7), content(Outcome.FAILED));

    assertThat(row.errorCode()).isEqualTo("CODE");
    assertThat(row.error()).isEqualTo("message");
    assertThat(row.detail()).isEqualTo("why");
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAILED", "MODIFIED", "UNREADABLE", "DELETED"})
  void of_otherRowOfAContentThatFailed_saysWhichRowWasTried(Outcome outcome) {
    LedgerRow row = ROWS.of(unchanged(8), content(outcome));

    assertThat(row.errorCode()).isEqualTo("NOT_REACHED");
    assertThat(row.error())
        .isEqualTo("The row " + FILE + "#7, tried for this content, ended as " + outcome);
    assertThat(row.detail()).isNull();
  }

  @Test
  void of_duplicate_hasNothingOfTheOthersUpload() {
    LedgerRow row = ROWS.of(unchanged(8), content(Outcome.STAGED));

    assertThat(row.errorCode()).isNull();
    assertThat(row.error()).isNull();
    assertThat(row.detail()).isNull();
  }

  @Test
  void of_samePositionInAnotherFile_doesNotStandForTheContent() {
    ContentOutcome content =
        new ContentOutcome(Outcome.STAGED, null, null, 5, "file:/other", 7, null, null, 9_000L);

    LedgerRow row = ROWS.of(unchanged(7), content);

    assertThat(row.outcome()).isEqualTo(Outcome.DUPLICATE);
    assertThat(row.duplicateOf()).isEqualTo("file:/other#7");
    assertThat(row.bytesUploaded()).isZero();
  }

  @Test
  void of_detailsOfBoth_areBothKept() {
    VerifiedRow plain = unchanged(7);
    VerifiedRow row =
        new VerifiedRow(
            plain.row(),
            Verdict.UNCHANGED,
            "METADATA_ONLY",
            null,
            new SeenFacts(5L, BigInteger.ONE, BigInteger.valueOf(9), 1L, 1L, 0100644, 1000L, 100L),
            MD5,
            true,
            null,
            null,
            null,
            1_000);

    assertThat(ROWS.of(row, content(Outcome.STAGED)).detail()).isEqualTo("METADATA_ONLY; why");
  }

  @Test
  void of_row_carriesTheManifestsColumnsThrough() {
    LedgerRow row = ROWS.of(unchanged(7), content(Outcome.STAGED));

    assertThat(row)
        .extracting(
            LedgerRow::runId,
            LedgerRow::manifestFile,
            LedgerRow::manifestPosition,
            LedgerRow::topHash,
            LedgerRow::classId,
            LedgerRow::asset,
            LedgerRow::root,
            LedgerRow::path,
            LedgerRow::size,
            LedgerRow::contentId,
            LedgerRow::verifiedAt,
            LedgerRow::mimeType,
            LedgerRow::createdBy,
            LedgerRow::createdAt)
        .containsExactly(
            "run-1",
            FILE,
            7L,
            "top",
            "class",
            "asset",
            "/r",
            "path-7",
            5L,
            "s3:content",
            1_000L,
            "text/plain",
            "me",
            "today");
  }

  @Test
  void of_faultyRow_saysItsFaultAndKeepsWhatCouldBeRead() {
    VerifiedRow row =
        new VerifiedRow(
            SampleRows.bad(4, "'st_size' is missing", false),
            Verdict.INVALID,
            null,
            null,
            SeenFacts.NONE,
            null,
            false,
            null,
            null,
            null,
            0);

    assertThat(ROWS.of(row, null))
        .extracting(LedgerRow::outcome, LedgerRow::detail, LedgerRow::path, LedgerRow::fileId)
        .containsExactly(Outcome.INVALID, "'st_size' is missing", "p", null);
  }

  @Test
  void of_candidateWithoutAnOutcome_isRefusedSinceARowWouldBeLost() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ROWS.of(unchanged(7), null))
        .withMessage("No outcome for " + FILE + "#7");
  }
}
