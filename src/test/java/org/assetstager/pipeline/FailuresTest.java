package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.JobFailure.Kind;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class FailuresTest {
  private final JobFailure mount =
      JobFailure.system("The root '/a. b' is missing on host h1", "Mount it, then run again");

  @Test
  void explain_jobFailure_isItself() {
    assertThat(Failures.explain(mount)).isSameAs(mount);
  }

  @Test
  void explain_jobFailureThatCausedOthers_isFound() {
    Exception wrapped =
        new SparkException("Job aborted", new RuntimeException(new IOException(mount)));

    assertThat(Failures.explain(wrapped)).isSameAs(mount);
  }

  /** So Spark tells of an exception that it couldn't bring to the driver. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void explain_jobFailureInTextAlone_hasItsTextAndKindAndNoStackTrace(Kind kind) {
    String problem = "The root '/a. b' is missing on host h1";
    JobFailure mount =
        kind == Kind.INPUT
            ? JobFailure.input(problem, "Mount it, then run again")
            : JobFailure.system(problem, "Mount it, then run again");
    SparkException lost =
        new SparkException(
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent"
                + " failure: Lost task 0.3 in stage 1.0 (TID 7) (h1 executor 1): "
                + mount
                + "\n\tat org.assetstager.verify.AssetRoot.lost(AssetRoot.java:84)\n");

    JobFailure failure = Failures.explain(new RuntimeException(lost));

    assertThat(failure).hasMessage(mount.getMessage());
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.getCause()).as("for --debug").hasCause(lost);
  }

  @Test
  void explain_anythingElse_namesTheRootCauseWithItsFirstLineAndWhatToDo() {
    Exception thrown =
        new SparkException(
            "Job aborted", new IOException("No space left on device.\nsecond line\n\tat x"));

    JobFailure failure = Failures.explain(thrown);

    assertThat(failure)
        .hasMessage(
            "The job failed: IOException: No space left on device. Look at the driver's log, repair"
                + " the cause, and run again with --resume")
        .hasCause(thrown);
    assertThat(failure.kind()).isEqualTo(Kind.SYSTEM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Job 20 cancelled because SparkContext was shut down",
        "SparkContext has been shutdown",
        "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:",
        // Seen when YARN killed the application: Spark reads what it has set to null.
        "Cannot invoke \"org.apache.spark.scheduler.DAGScheduler.cleanupQueryJobs(long)\" because the"
            + " return value of \"org.apache.spark.SparkContext.dagScheduler()\" is null",
      })
  void explain_sparkStoppedUnderTheJob_saysThatTheClusterDidIt(String message) {
    Exception thrown = new RuntimeException("wrapped", new IllegalStateException(message));

    JobFailure failure = Failures.explain(thrown);

    assertThat(failure)
        .hasMessageStartingWith(
            "Spark was stopped while the job ran, perhaps because the cluster ended")
        .hasMessageEndingWith("then run again with --resume")
        .hasCause(thrown);
    assertThat(failure.kind()).isEqualTo(Kind.SYSTEM);
  }

  /** What snappy and zstd say of a temporary folder that is mounted noexec. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void explain_nativeLibraryNotLoaded_namesTheFileAndTheFolderAsCause(boolean onExecutor) {
    String text =
        "/tmp/libzstd-jni-1.5.7-6821346.so: failed to map segment from shared object: Operation not"
            + " permitted";
    Throwable thrown =
        onExecutor
            ? new SparkException(
                "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent"
                    + " failure: Lost task 0.3 in stage 1.0 (TID 7) (h1 executor 1):"
                    + " java.lang.UnsatisfiedLinkError: "
                    + text
                    + "\n\tat java.base/jdk.internal.loader.NativeLibraries.load(Native Method)")
            : new ExceptionInInitializerError(new UnsatisfiedLinkError(text));

    assertThat(Failures.explain(thrown))
        .hasMessageStartingWith("A native library could not be loaded: java.lang.Unsatisfied")
        .hasMessageContaining("failed to map segment from shared object: Operation not permitted. ")
        .hasMessageContaining("must not be mounted noexec")
        .hasMessageContaining("-Djava.io.tmpdir=/path")
        .hasMessageNotContaining("\n");
  }

  @Test
  void explain_withoutMessage_namesTheException() {
    assertThat(Failures.explain(new StackOverflowError()))
        .hasMessageStartingWith("The job failed: StackOverflowError. Look at");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void explain_thrownOnAnExecutor_reachesTheUserWithTextAndKind(Kind kind) {
    SparkSession spark = TestSpark.session();

    Throwable thrown =
        catchThrowable(
            () -> spark.createDataset(List.of(1L), Encoders.LONG()).foreach(new Fail(kind)));

    assertThat(thrown).isNotInstanceOf(JobFailure.class);
    JobFailure failure = Failures.explain(thrown);
    assertThat(failure).hasMessage("The mount of row 1 is gone. Mount it");
    assertThat(failure.kind()).isEqualTo(kind);
  }

  /** Fails as a task of the job does. */
  static final class Fail implements ForeachFunction<Long> {
    private final Kind kind;

    Fail(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void call(Long row) {
      String problem = "The mount of row " + row + " is gone";
      throw kind == Kind.INPUT
          ? JobFailure.input(problem, "Mount it")
          : JobFailure.system(problem, "Mount it");
    }
  }
}
