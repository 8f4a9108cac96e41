package org.assetstager.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assetstager.testing.SampleRows.md5;
import static org.assetstager.testing.SampleRows.other;
import static org.assetstager.testing.SampleRows.unchanged;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.spark.RecordCodec;
import org.assetstager.testing.SampleRows;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UploadPlannerTest {
  private static final RecordCodec<VerifiedRow> VERIFIED = RecordCodec.of(VerifiedRow.class);

  private static final StructType LISTING =
      new StructType()
          .add("top_hash", DataTypes.StringType, false)
          .add("md5", DataTypes.StringType, false)
          .add("size", DataTypes.LongType, false)
          .add("etag", DataTypes.StringType);

  private final SparkSession spark = TestSpark.session();

  private Dataset<Row> verified(Stream<VerifiedRow> rows) {
    return spark.createDataFrame(rows.map(VERIFIED::toRow).toList(), VERIFIED.schema());
  }

  private Dataset<Row> listing(Row... rows) {
    return spark.createDataFrame(List.of(rows), LISTING);
  }

  private static List<PlannedContent> plan(
      Dataset<Row> candidates, Dataset<Row> remote, Dataset<Row> staging) {
    return UploadPlanner.plan(UploadPlanner.contents(candidates), remote, staging)
        .collectAsList()
        .stream()
        .map(UploadPlanner.PLAN::fromRow)
        .sorted(Comparator.comparingLong(planned -> planned.content().manifestPosition()))
        .toList();
  }

  private static PlannedContent content(
      long position,
      String topHash,
      int content,
      long size,
      @Nullable Long remoteSize,
      @Nullable String remoteEtag,
      @Nullable Long stagingSize,
      @Nullable String stagingEtag) {
    return new PlannedContent(
        new Content(
            topHash,
            md5(content),
            SampleRows.FILE,
            position,
            "/r",
            "path-" + position,
            size,
            BigInteger.valueOf(100 + position),
            200 + position,
            true,
            null,
            null),
        remoteSize,
        remoteEtag,
        stagingSize,
        stagingEtag);
  }

  @Test
  void candidates_rowsOfAllVerdicts_areTheUnchangedOnes() {
    VerifiedRow candidate = unchanged(100, "top", md5(1), 5);
    List<VerifiedRow> rows = new ArrayList<>(List.of(candidate));
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.UNCHANGED) {
        rows.add(other(rows.size(), verdict));
      }
    }

    TestSpark.assertRows(
        UploadPlanner.candidates(verified(rows.stream())),
        VERIFIED.schema(),
        List.of(VERIFIED.toRow(candidate)));
  }

  @Test
  void contents_rowsOfOneContent_areOneStoodForByTheLeast() {
    Dataset<Row> candidates =
        verified(
                LongStream.of(10, 9, 2, 33, 100)
                    .mapToObj(position -> unchanged(position, "top", md5(1), 5)))
            .repartition(3);

    assertThat(plan(candidates, listing(), listing()))
        .containsExactly(content(2, "top", 1, 5, null, null, null, null));
  }

  @Test
  void contents_rowsOfSeveralFiles_areStoodForByTheLeastFileFirst() {
    VerifiedRow late = unchanged(1, "top", md5(1), 5);
    Row early = VERIFIED.toRow(unchanged(50, "top", md5(1), 5));
    Object[] cells = new Object[early.length()];
    Arrays.setAll(cells, early::get);
    cells[VERIFIED.schema().fieldIndex("manifest_file")] = "file:/manifests/a.jsonl";

    Dataset<Row> candidates =
        spark.createDataFrame(
            List.of(VERIFIED.toRow(late), RowFactory.create(cells)), VERIFIED.schema());

    assertThat(plan(candidates, listing(), listing()))
        .extracting(PlannedContent::content)
        .extracting(Content::manifestFile, Content::manifestPosition)
        .containsExactly(tuple("file:/manifests/a.jsonl", 50L));
  }

  @Test
  void contents_oneMd5InTwoNamespaces_areTwoContents() {
    Dataset<Row> candidates =
        verified(Stream.of(unchanged(1, "one", md5(1), 5), unchanged(2, "two", md5(1), 5)));

    assertThat(plan(candidates, listing(), listing()))
        .containsExactly(
            content(1, "one", 1, 5, null, null, null, null),
            content(2, "two", 1, 5, null, null, null, null));
  }

  @Test
  void contents_nullsInWhatARowBringsAlong_surviveAndDontCompare() {
    VerifiedRow known = unchanged(1, "top", md5(1), 5);
    VerifiedRow parts =
        new VerifiedRow(
            unchanged(2, "top", md5(2), 5).row(),
            Verdict.UNCHANGED,
            null,
            null,
            5L,
            BigInteger.valueOf(102),
            202L,
            md5(2),
            false,
            3L,
            md5(3) + md5(4),
            null,
            0);

    assertThat(plan(verified(Stream.of(known, parts)), listing(), listing()))
        .extracting(PlannedContent::content)
        .extracting(Content::partSize, Content::partMd5s, Content::digested)
        .containsExactly(tuple(null, null, true), tuple(3L, md5(3) + md5(4), false));
  }

  @Test
  void plan_listings_areJoinedByNamespaceAndMd5() {
    Dataset<Row> candidates =
        verified(LongStream.range(0, 6).mapToObj(i -> unchanged(i, "top", md5((int) i), 5)));
    Dataset<Row> remote =
        listing(
            RowFactory.create("top", md5(1), 5L, "r1"),
            RowFactory.create("top", md5(2), 6L, null),
            RowFactory.create("other", md5(4), 5L, "r4"),
            RowFactory.create("top", md5(99), 5L, "r99"));
    Dataset<Row> staging =
        listing(
            RowFactory.create("top", md5(1), 5L, "s1"),
            RowFactory.create("top", md5(3), 7L, null),
            RowFactory.create("other", md5(5), 5L, "s5"));

    assertThat(plan(candidates, remote, staging))
        .containsExactly(
            content(0, "top", 0, 5, null, null, null, null),
            content(1, "top", 1, 5, 5L, "r1", 5L, "s1"),
            content(2, "top", 2, 5, 6L, null, null, null),
            content(3, "top", 3, 5, null, null, 7L, null),
            content(4, "top", 4, 5, null, null, null, null),
            content(5, "top", 5, 5, null, null, null, null));
  }

  @Test
  void plan_manyDuplicates_losesAndDoublesNone() {
    Dataset<Row> candidates =
        verified(
            LongStream.range(0, 3_000).mapToObj(i -> unchanged(i, "top", md5((int) (i % 7)), 5)));

    List<PlannedContent> plan = plan(candidates, listing(), listing());

    assertThat(plan)
        .extracting(planned -> planned.content().manifestPosition())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void toUpload_plan_keepsWhatIsToBeProvedOrUploaded() {
    List<Row> plan =
        Stream.of(
                content(0, "top", 0, 5, 5L, null, null, null),
                content(1, "top", 0, 5, 6L, null, null, null),
                content(2, "top", 0, 5, null, null, 5L, md5(0)),
                content(3, "top", 0, 5, null, null, 5L, "other"),
                content(4, "top", 0, 5, null, null, null, null))
            .map(UploadPlanner.PLAN::toRow)
            .toList();

    assertThat(
            TestSpark.session()
                .createDataFrame(plan, UploadPlanner.PLAN.schema())
                .filter(UploadPlanner.toUpload())
                .collectAsList())
        .isEqualTo(plan.subList(3, 5));
  }

  @Test
  void totals_sizesThatRunOver_areTheMostThatALongHolds() {
    Dataset<Row> plan =
        spark.createDataFrame(
            List.of(
                UploadPlanner.PLAN.toRow(
                    content(1, "t", 1, Long.MAX_VALUE, null, null, null, null)),
                UploadPlanner.PLAN.toRow(
                    content(2, "t", 2, Long.MAX_VALUE, null, null, null, null))),
            UploadPlanner.PLAN.schema());

    PlanTotals totals = PlanTotals.of(plan);

    assertThat(totals.toUpload()).isEqualTo(new PlanTotals.Total(2, Long.MAX_VALUE));
  }
}
