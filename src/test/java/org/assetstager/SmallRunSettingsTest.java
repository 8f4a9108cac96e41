package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallRunSettingsTest {
  private static final String WHOLE_STAGE = "spark.sql.codegen.wholeStage";
  private static final String FACTORY = "spark.sql.codegen.factoryMode";

  private static final String ADAPTIVE = "spark.sql.adaptive.enabled";

  private final SparkSession spark = TestSpark.session();

  @AfterEach
  void unset() {
    List.of(WHOLE_STAGE, FACTORY, ADAPTIVE).forEach(spark.conf()::unset);
  }

  @Test
  void make_smallRun_interpretsQueriesUntilItIsClosed() {
    try (SmallRunSettings small = SmallRunSettings.make(spark, true)) {
      assertThat(spark.conf().get(WHOLE_STAGE)).isEqualTo("false");
      assertThat(spark.conf().get(FACTORY)).isEqualTo("NO_CODEGEN");
      assertThat(spark.conf().get(ADAPTIVE)).isEqualTo("false");
      assertThat(spark.range(3).selectExpr("sum(id)").first().getLong(0)).isEqualTo(3);
    }

    assertThat(spark.conf().get(WHOLE_STAGE)).isEqualTo("true");
    assertThat(spark.conf().contains(WHOLE_STAGE)).isFalse();
    assertThat(spark.conf().contains(FACTORY)).isFalse();
    assertThat(spark.conf().contains(ADAPTIVE)).isFalse();
  }

  @Test
  void make_largeRun_changesNothing() {
    try (SmallRunSettings small = SmallRunSettings.make(spark, false)) {
      assertThat(spark.conf().contains(WHOLE_STAGE)).isFalse();
      assertThat(spark.conf().contains(FACTORY)).isFalse();
    }
  }

  @Test
  void make_whatTheUserHasSet_staysAsItIs() {
    spark.conf().set(WHOLE_STAGE, "true");

    try (SmallRunSettings small = SmallRunSettings.make(spark, true)) {
      assertThat(spark.conf().get(WHOLE_STAGE)).isEqualTo("true");
    }

    assertThat(spark.conf().get(WHOLE_STAGE)).isEqualTo("true");
    assertThat(spark.conf().contains(WHOLE_STAGE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stage_queriesCompiledOrInterpreted_hasTheSameOutcomes(boolean compiled, @TempDir Path folder)
      throws IOException {
    if (compiled) {
      spark.conf().set(WHOLE_STAGE, "true");
      spark.conf().set(FACTORY, "FALLBACK");
      spark.conf().set(ADAPTIVE, "true");
    }
    StageFixture fixture = new StageFixture(folder);
    ObjectNode one = fixture.add("one", "same");
    ObjectNode other = fixture.add("other", "same");
    ObjectNode gone = fixture.add("gone", "gone");
    Files.delete(fixture.path("gone"));

    StageFixture.Finished run = fixture.stage(fixture.manifest(one, other, gone));

    assertThat(run.outcomes())
        .isEqualTo(
            Map.of("one", Outcome.STAGED, "other", Outcome.DUPLICATE, "gone", Outcome.DELETED));
    assertThat(spark.conf().contains(WHOLE_STAGE)).isEqualTo(compiled);
  }
}
