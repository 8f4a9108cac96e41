package org.assetstager.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.assetstager.metrics.RunIdInLogs;
import org.assetstager.spark.SqlSession;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

@Tag("spark")
class SparkContextsTest {
  private static final String BROADCAST = "spark.sql.autoBroadcastJoinThreshold";
  private static final String CORRUPT = "spark.sql.files.ignoreCorruptFiles";
  private static final String OF_THE_USER = "spark.sql.catalog.of_the_user";

  private final SparkSession session = TestSpark.session();
  private final SparkContext context = session.sparkContext();

  @BeforeEach
  void setAsAUserMight() {
    session.conf().set(BROADCAST, "12345");
    session.conf().set(CORRUPT, "true");
    session.conf().set(OF_THE_USER, "some.Catalog");
    context.setJobDescription("what the user does");
    context.setLocalProperty("mdc.run_id", "of the user");
  }

  @AfterEach
  void putBack() {
    session.conf().set(BROADCAST, "-1");
    session.conf().set(CORRUPT, "false");
    session.conf().unset(OF_THE_USER);
    context.setJobDescription(null);
    context.setLocalProperty("mdc.run_id", null);
  }

  private Map<String, String> settings() {
    return Map.copyOf(CollectionConverters.asJava(session.conf().getAll()));
  }

  @Test
  void conf_sizeOfResults_isUnlimitedUnlessTheUserLimitsIt() {
    String size = "spark.driver.maxResultSize";
    assertThat(SparkContexts.conf("test").get(size)).isEqualTo("0");
    System.setProperty(size, "5g");
    try {
      assertThat(SparkContexts.conf("test").get(size)).isEqualTo("5g");
    } finally {
      System.clearProperty(size);
    }
  }

  @Test
  void run_sessionThatWasThere_isLeftAsItWas() {
    Map<String, String> before = settings();

    int code =
        SparkContexts.run(
            "test",
            used -> {
              SparkSession spark = SqlSession.of(used);
              RunIdInLogs.begin(spark.sparkContext(), "r1");
              spark.sparkContext().setJobDescription("something");
              spark.conf().set("spark.sql.shuffle.partitions", "77");
              return 5;
            });

    assertThat(code).isEqualTo(5);
    assertThat(settings()).isEqualTo(before);
    assertThat(context.isStopped()).isFalse();
    assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("what the user does");
    assertThat(context.getLocalProperty("mdc.run_id")).isEqualTo("of the user");
    assertThat(SparkSession.getDefaultSession().get()).isSameAs(session);
  }

  @Test
  void run_sessionThatWasThere_givesItsSettingsAndTakesTheJobs() {
    SparkContexts.run(
        "test",
        used -> {
          SparkSession spark = SqlSession.of(used);
          assertThat(spark.sparkContext()).isSameAs(context);
          assertThat(spark.conf().get(OF_THE_USER)).isEqualTo("some.Catalog");
          assertThat(spark.conf().get(BROADCAST)).isEqualTo("-1");
          assertThat(spark.conf().get(CORRUPT)).isEqualTo("false");
          return 0;
        });
  }

  @Test
  void run_workThatFails_leavesTheSessionAsItWas() {
    Map<String, String> before = settings();

    assertThatThrownBy(
            () ->
                SparkContexts.run(
                    "test",
                    used -> {
                      SqlSession.of(used);
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(settings()).isEqualTo(before);
    assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("what the user does");
  }

  @Test
  void run_contextWithoutASession_isLeftRunning() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      SparkContexts.run(
          "test",
          used -> {
            SparkSession spark = SqlSession.of(used);
            assertThat(spark.sparkContext()).isSameAs(context);
            return 0;
          });

      assertThat(context.isStopped()).isFalse();
      assertThat(SparkSession.getDefaultSession().isDefined()).isFalse();
    } finally {
      SparkSession.setDefaultSession(session);
      SparkSession.setActiveSession(session);
    }
  }
}
