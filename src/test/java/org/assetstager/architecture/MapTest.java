package org.assetstager.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the code to its map, and each rule to a class that breaks it. */
class MapTest {
  private static final String ROOT = "org.assetstager";

  /** Classes of the tests that break the rules. */
  private static final String BROKEN = "org.assetstager.architecture.broken";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final JavaClasses BREAKERS = new ClassFileImporter().importPackages(BROKEN);

  /** Folders and classes that decide without Spark, Hadoop or the AWS SDK. */
  private static final List<String> PURE =
      List.of(
          "asset",
          "files",
          "digest",
          "report",
          "settings",
          "manifest.AmaReader",
          "manifest.AmaRows",
          "manifest.JsonLinesReader",
          "manifest.ManifestFields",
          "manifest.ManifestRow",
          "manifest.PosixPath",
          "verify.FileVerifier",
          "verify.GuardedFile",
          "verify.MetadataCheck",
          "verify.RenameSearch",
          "verify.Verdict",
          "catalog.KnownContent",
          "catalog.ListingChoice",
          "catalog.ListingPlan",
          "catalog.ListingShards",
          "catalog.NamespaceRange",
          "catalog.Namespaces",
          "catalog.ScanRequest",
          "catalog.StagingProof",
          "plan.Exclusion",
          "progress.Progress",
          "progress.ProgressDisplay",
          "progress.Screen",
          "metrics.LatencyHistogram",
          "upload.MultipartSender",
          "upload.PlannedUpload",
          "upload.UploadResult",
          "ledger.ContentOutcome",
          "ledger.LedgerRow",
          "ledger.LedgerRows",
          "ledger.LedgerSchema",
          "ledger.Remedy",
          "run.RunDescription",
          "snapshot.DirectoryWalk");

  private static Named<Function<MapRules, ArchRule>> rule(
      String name, Function<MapRules, ArchRule> rule) {
    return Named.of(name, rule);
  }

  static Stream<Named<Function<MapRules, ArchRule>>> rulesOfFolders() {
    return Stream.concat(
        MapRules.ORDER.stream()
            .map(stage -> rule(stage + " knows no later stage", r -> r.knowsNoLaterStage(stage))),
        PURE.stream().map(name -> rule(name + " is pure", r -> r.knowsNoPlatform(name))));
  }

  static Stream<Named<Function<MapRules, ArchRule>>> rules() {
    return Stream.of(
        rule("no cycles", MapRules::hasNoCycles),
        rule("no cycles between files", MapRules::hasNoCyclesBetweenFiles),
        rule("a later stage", r -> r.knowsNoLaterStage("asset")),
        rule("pure", r -> r.knowsNoPlatform("asset")),
        rule("pure class", r -> r.knowsNoPlatform("verify.Verdict")),
        rule("settings files", MapRules::settingsFilesAreSeenByTheirFolderAlone),
        rule("picocli", MapRules::picocliStaysOnTheCommandLine),
        rule("no Optional fields", MapRules::fieldsAreNeverOptional),
        rule("no java.util.logging", MapRules::loggingIsNotJavas),
        rule("S3 writes", MapRules::onlyWritersWriteToS3),
        rule("the remote's connection", MapRules::onlyCatalogOpensTheRemote),
        rule("disk writes", MapRules::onlyLocalFilesWritesToDisk),
        rule("processes", MapRules::onlyFinishCommandStartsProcesses),
        rule("opens", MapRules::onlyUnixFilesOpens),
        rule("file system writes", MapRules::onlyRunAndSnapshotWriteToFileSystems),
        rule("Spark SQL", MapRules::onlyInventoriesNeedSparkSql),
        rule("no exit", MapRules::nothingEndsTheJvm),
        rule("standard output", MapRules::onlyMainPrintsToStandardOutput),
        rule("standard error", MapRules::onlyMainAndProgressPrintToStandardError));
  }

  static List<String> commandsButCommit() {
    return MAIN.getPackage(ROOT + ".command").getClasses().stream()
        .filter(type -> type.isAssignableTo(Callable.class) && !type.isNestedClass())
        .map(JavaClass::getSimpleName)
        .filter(name -> !name.equals("CommitCommand"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commandsButCommit")
  void commandOtherThanCommit_reachesNoClassThatWritesToTheRemote(String command) {
    new MapRules(ROOT).cantWriteToTheRemote(command).check(MAIN);
  }

  @Test
  void commit_reachesTheClassThatWritesToTheRemote() {
    EvaluationResult result =
        new MapRules(ROOT).cantWriteToTheRemote("CommitCommand").evaluate(MAIN);

    assertThat(result.hasViolation()).as("the rule sees what is reached").isTrue();
    assertThat(commandsButCommit()).contains("StageCommand", "AuditCommand", "SnapshotCommand");
  }

  @Test
  void everyFolder_standsInTheOrder() {
    List<String> folders =
        MAIN.getPackage(ROOT).getSubpackages().stream().map(JavaPackage::getRelativeName).toList();

    assertThat(folders).containsExactlyInAnyOrderElementsOf(MapRules.ORDER);
  }

  /** A rule about no class at all fails, so what is renamed doesn't drop out unseen. */
  @ParameterizedTest
  @MethodSource({"rules", "rulesOfFolders"})
  void job_keepsTheRule(Function<MapRules, ArchRule> rule) {
    rule.apply(new MapRules(ROOT)).check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void classThatBreaksTheRule_isFound(Function<MapRules, ArchRule> rule) {
    EvaluationResult result = rule.apply(new MapRules(BROKEN)).evaluate(BREAKERS);

    assertThat(result.hasViolation()).as(result.getFailureReport().toString()).isTrue();
  }

  @Test
  void everyWayToWrite_isFound() {
    MapRules broken = new MapRules(BROKEN);

    assertThat(
            broken.onlyLocalFilesWritesToDisk().evaluate(BREAKERS).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("Files.delete("))
        .anyMatch(line -> line.contains("Files.newOutputStream("))
        .anyMatch(line -> line.contains("java.io.File.delete()"))
        .anyMatch(line -> line.contains("java.io.FileOutputStream"));
    assertThat(broken.onlyWritersWriteToS3().evaluate(BREAKERS).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("S3Client.putObject("))
        .anyMatch(line -> line.contains("S3Client.deleteObject("))
        .anyMatch(line -> line.contains("DirectPuts.put("))
        .noneMatch(line -> line.contains("S3Client.headObject("))
        .noneMatch(line -> line.contains("StagingWriter"));
  }
}
