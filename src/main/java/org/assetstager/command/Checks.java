package org.assetstager.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.Amounts;
import org.assetstager.run.LedgerTrial;
import org.assetstager.s3.SdkVersion;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import org.assetstager.upload.BucketTrial;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.JvmFileNames;

/** Checks of all that a run needs on the driver, side by side. Nothing is written to the remote. */
final class Checks {
  /** What is left of ten seconds when the script's two JVMs have started. */
  private static final Duration MOST_TIME = Duration.ofSeconds(7);

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ATTEMPT = Duration.ofSeconds(4);
  private static final Duration CALL = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 2;

  /** A third of what S3 bears: "RequestTimeTooSkewed" in the S3 API Reference. */
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);

  private final Settings settings;
  private final S3Settings limits;
  private final List<CheckGroup> groups = new ArrayList<>();

  private Checks(Settings settings) {
    this.settings = settings;
    this.limits = settings.s3().atMost(CONNECT, ATTEMPT, CALL, ATTEMPTS);
  }

  /**
   * Makes all checks.
   *
   * @param source of the settings, in words
   * @param roots absolute directories to look at, beside those that the settings name
   * @return a line for each, in a fixed order
   */
  static List<CheckGroup.Line> run(Settings settings, String source, List<String> roots) {
    long deadline = System.nanoTime() + MOST_TIME.toNanos();
    Checks checks = new Checks(settings);
    checks.start(source, roots);
    List<CheckGroup.Line> lines = new ArrayList<>();
    String late =
        "There was no answer within "
            + MOST_TIME.toSeconds()
            + " s. See whether this host can reach it, and whether it is up";
    checks.groups.forEach(group -> lines.addAll(group.await(deadline, late)));
    return lines;
  }

  private void start(String source, List<String> roots) {
    start(
        List.of("settings", "file names", "AWS SDK"),
        group -> {
          group.ok(source);
          JvmFileNames.requireUtf8();
          group.ok("in UTF-8");
          SdkVersion.requireAtLeastOurs();
          group.ok("the job's, or newer");
        });
    start(
        List.of("remote credentials", "remote list", "remote read", "remote clock"),
        this::checkRemote);
    start(
        List.of(
            "staging credentials",
            "staging list",
            "staging clock",
            "staging write",
            "staging options"),
        this::checkStaging);
    start(List.of("ledger"), this::checkLedger);
    List<String> allowed = settings.manifest().allowedRoots();
    allowed.forEach(root -> startRoot(root, List.of()));
    roots.stream()
        .filter(root -> !allowed.contains(root))
        .forEach(root -> startRoot(root, allowed));
  }

  private void start(List<String> names, Consumer<CheckGroup> body) {
    groups.add(CheckGroup.start(names, body));
  }

  private void checkRemote(CheckGroup group) {
    try (BucketTrial trial = BucketTrial.ofRemote(settings, limits)) {
      trial.authenticate();
      group.ok("found");
      trial.list();
      group.ok("bucket " + settings.remote().bucket());
      trial.read();
      group.ok("nothing is ever written there");
      checkClock(trial, group);
    }
  }

  private void checkStaging(CheckGroup group) {
    try (BucketTrial trial = BucketTrial.ofStaging(settings, limits)) {
      trial.authenticate();
      group.ok("found");
      trial.list();
      group.ok("bucket " + settings.staging().bucket().bucket());
      checkClock(trial, group);
      if (trial.hasOptions()) {
        checkOptions(trial, group);
      } else {
        trial.write(false);
        group.ok("an upload was opened and aborted");
        group.skip("no storage class, encryption or tags are set");
      }
    }
  }

  /** Where they are refused, the bucket may take objects without them. */
  private static void checkOptions(BucketTrial trial, CheckGroup group) {
    JobFailure refused = null;
    try {
      trial.write(true);
    } catch (JobFailure e) {
      refused = e;
      trial.write(false);
    }
    group.ok("an upload was opened and aborted");
    if (refused != null) {
      throw refused;
    }
    group.ok("storage class, encryption and tags as they are set");
  }

  private static void checkClock(BucketTrial trial, CheckGroup group) {
    Optional<Duration> ahead = trial.clockAhead();
    if (ahead.isEmpty()) {
      group.skip("the server doesn't send its time");
      return;
    }
    long seconds = ahead.get().abs().toSeconds();
    String difference =
        "The server's clock is "
            + (seconds == 0 ? "the same as" : Amounts.time((double) seconds))
            + (seconds == 0 ? "" : ahead.get().isNegative() ? " behind" : " ahead of")
            + " this host's";
    if (ahead.get().abs().compareTo(MOST_SKEW) > 0) {
      throw JobFailure.input(
          difference, "Set this host's clock: S3 refuses requests if it is wrong");
    }
    group.ok(difference);
  }

  private void checkLedger(CheckGroup group) {
    String path = SettingsLoader.resolveLedgerPath(settings.ledgerPath(), SparkContexts.isLocal());
    LedgerTrial.run(path, SparkContexts.hadoopConfiguration());
    group.ok(path + ": creating a file never overwrites one, and files can be deleted");
  }

  private void startRoot(String root, List<String> allowed) {
    start(
        List.of("root " + root),
        group -> {
          if (!Path.of(root).isAbsolute()) {
            throw JobFailure.input("The root '" + root + "' is not absolute", "Begin it with /");
          }
          AssetRoot.tryOut(root, allowed);
          group.ok("a directory that can be read");
        });
  }
}
