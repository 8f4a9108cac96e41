package org.assetstager.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.assetstager.s3.DirectPuts;
import org.assetstager.s3.S3Clients;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The map of the code as rules: which package may know which, and which class may do what.
 *
 * @param root the package that the map is about
 */
record MapRules(String root) {
  /** The folders in the order of the data: each may know those before it, never those after. */
  static final List<String> ORDER =
      List.of(
          "asset",
          "files",
          "settings",
          "limits",
          "spark",
          "s3",
          "metrics",
          "manifest",
          "run",
          "digest",
          "verify",
          "ledger",
          "catalog",
          "plan",
          "upload",
          "report",
          "progress",
          "audit",
          "commit",
          "snapshot",
          "pipeline",
          "command");

  /** Spark, Hadoop and what comes with them, and the AWS SDK. */
  private static final String[] PLATFORM = {
    "org.apache.spark..",
    "org.apache.hadoop..",
    "org.apache.parquet..",
    "scala..",
    "software.amazon.awssdk.."
  };

  /** All that may be asked of S3 without the right to write. */
  private static final Set<String> S3_READS =
      Set.of(
          "listObjectsV2",
          "listParts",
          "headObject",
          "getObject",
          "serviceClientConfiguration",
          "builder",
          "close");

  /** Methods of {@link Files} that alter something. */
  private static final Pattern DISK_WRITES =
      Pattern.compile(
          "(write|delete|move|copy|create|set|newOutput|newByteChannel|newBufferedW).*");

  /** Methods of {@link Files} that open something to read. */
  private static final Pattern DISK_OPENS =
      Pattern.compile(
          "newInput.*|newByteChannel|newBufferedReader|newDirectoryStream|readAll.*|readString|lines"
              + "|list|walk.*|find|mismatch|copy");

  /** Classes whose constructors open a file. */
  private static final Set<String> OPENED_WHEN_MADE =
      Set.of(
          "java.io.FileInputStream",
          "java.io.FileReader",
          "java.io.RandomAccessFile",
          "java.util.Scanner");

  /** Methods of {@link File}, which Hadoop's local file system gives, that alter nothing. */
  private static final Set<String> FILE_READS = Set.of("list", "toPath");

  /** Methods of Hadoop's file systems that alter something. */
  private static final Pattern HADOOP_WRITES =
      Pattern.compile(
          "(create|append|mkdir|rename|delete|concat|truncate|set|moveFrom|copyFrom|primitive).*");

  private String folder(String name) {
    return root + "." + name + "..";
  }

  ArchRule knowsNoLaterStage(String stage) {
    String[] later =
        ORDER.subList(ORDER.indexOf(stage) + 1, ORDER.size()).stream()
            .map(this::folder)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(folder(stage))
        .should()
        .dependOnClassesThat(resideInAnyPackage(later).or(resideInAPackage(root)));
  }

  ArchRule hasNoCycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles();
  }

  /** A file's classes count as one: those inside a class know it, and it knows them. */
  ArchRule hasNoCyclesBetweenFiles() {
    return slices().assignedFrom(new ByFile(root)).should().beFreeOfCycles();
  }

  private record ByFile(String root) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String folder = type.getPackageName();
      return folder.equals(root) || folder.startsWith(root + ".")
          ? SliceIdentifier.of(
              folder, type.getSource().flatMap(Source::getFileName).orElse(type.getName()))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "files below " + root;
    }
  }

  /** About a folder, or about a class with the classes inside it. */
  ArchRule knowsNoPlatform(String folderOrClass) {
    return noClasses()
        .that()
        .haveNameMatching(Pattern.quote(root + "." + folderOrClass) + "([.$].*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PLATFORM);
  }

  ArchRule settingsFilesAreSeenByTheirFolderAlone() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(folder("settings"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.typesafe.config..");
  }

  ArchRule picocliStaysOnTheCommandLine() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(root, folder("command"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..");
  }

  ArchRule fieldsAreNeverOptional() {
    return fields().should().notHaveRawType(Optional.class);
  }

  ArchRule loggingIsNotJavas() {
    return noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");
  }

  /** To staging, to the remote, and what deletes from staging. */
  ArchRule onlyWritersWriteToS3() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".upload.StagingWriter")
        .and()
        .doNotHaveFullyQualifiedName(root + ".commit.RemoteWriter")
        .and()
        .doNotHaveFullyQualifiedName(root + ".commit.StagedRemover")
        .should()
        .accessTargetWhere(
            target(
                "methods of S3 other than " + S3_READS,
                target ->
                    ((target.getOwner().isAssignableTo(S3Client.class)
                                || target.getOwner().isAssignableTo(S3AsyncClient.class))
                            && !S3_READS.contains(target.getName()))
                        || (target.getOwner().isEquivalentTo(DirectPuts.class)
                            && target.getName().equals("put"))))
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage(
                "software.amazon.awssdk.transfer..",
                "software.amazon.awssdk.services.s3.presigner.."));
  }

  /** Whatever a command can reach, the remote stays as it is. */
  ArchRule cantWriteToTheRemote(String command) {
    return noClasses()
        .that()
        .haveFullyQualifiedName(root + ".command." + command)
        .should()
        .transitivelyDependOnClassesThat()
        .haveFullyQualifiedName(root + ".commit.RemoteWriter");
  }

  /** So that no upload is ever given a connection to the remote; the trial only reads it. */
  ArchRule onlyCatalogOpensTheRemote() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(folder("catalog"), folder("s3"))
        .and()
        .doNotHaveFullyQualifiedName(root + ".upload.BucketTrial")
        .and()
        .doNotHaveFullyQualifiedName(root + ".commit.RemoteWriter")
        .should()
        .accessTargetWhere(
            target(
                "the remote's connection",
                target ->
                    target.getOwner().isEquivalentTo(S3Clients.class)
                        && Set.of("remote", "open").contains(target.getName())));
  }

  /** The run's lock has to appear in one step, which Hadoop's file systems can't do. */
  ArchRule onlyLocalFilesWritesToDisk() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".run.LocalFiles")
        .should()
        .accessTargetWhere(
            target(
                "what writes, creates or deletes files",
                target ->
                    (target.getOwner().isEquivalentTo(Files.class)
                            && DISK_WRITES.matcher(target.getName()).matches())
                        || (target.getOwner().isEquivalentTo(File.class)
                            && !FILE_READS.contains(target.getName()))
                        || opensByName(target)))
        .orShould()
        .dependOnClassesThat(
            are(
                describe(
                    "streams that write files",
                    type ->
                        type.isEquivalentTo(FileWriter.class)
                            || type.isEquivalentTo(RandomAccessFile.class)
                            || type.isEquivalentTo(AsynchronousFileChannel.class))));
  }

  /** By a descriptor it writes to what is open already: standard output. */
  private static boolean opensByName(AccessTarget target) {
    return target.getOwner().isEquivalentTo(FileOutputStream.class)
        && target instanceof CodeUnitAccessTarget called
        && called.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
        && called.getRawParameterTypes().stream()
            .noneMatch(type -> type.isEquivalentTo(FileDescriptor.class));
  }

  /** What the user wants to be told with; its output goes nowhere, or to standard error. */
  ArchRule onlyFinishCommandStartsProcesses() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".pipeline.FinishCommand")
        .and()
        // Asks stty, with fixed words, how wide the terminal is: Java can't be asked.
        .doNotHaveFullyQualifiedName(root + ".progress.Terminal")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .accessTargetWhere(
            target(
                "Runtime.exec",
                target ->
                    target.getOwner().isEquivalentTo(Runtime.class)
                        && target.getName().equals("exec")));
  }

  /**
   * It opens for reading alone, and without waiting, as its own test shows. What is known of
   * processes is in files of the system's own.
   */
  ArchRule onlyUnixFilesOpens() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(folder("files"))
        .and()
        .doNotHaveFullyQualifiedName(root + ".run.DriverProcess")
        .should()
        .accessTargetWhere(
            target(
                "what opens a file or a directory",
                target ->
                    (target.getOwner().isEquivalentTo(FileChannel.class)
                            && target.getName().equals("open"))
                        || (target.getOwner().isEquivalentTo(Files.class)
                            && DISK_OPENS.matcher(target.getName()).matches())
                        || (OPENED_WHEN_MADE.contains(target.getOwner().getName())
                            && target.getName().equals("<init>"))));
  }

  /** The run's folder, and the place that a snapshot is asked to write to. */
  ArchRule onlyRunAndSnapshotWriteToFileSystems() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(folder("run"), folder("snapshot"))
        .should()
        .accessTargetWhere(
            target(
                "what alters a file system",
                target ->
                    (target.getOwner().isAssignableTo(FileSystem.class)
                            && HADOOP_WRITES.matcher(target.getName()).matches())
                        || target.getOwner().isEquivalentTo(FileContext.class)
                        || (target.getOwner().isEquivalentTo(Dataset.class)
                            && target.getName().startsWith("write"))));
  }

  /** "Data flow on Spark" in design.md. The table of ledgers needs the rows' types alone. */
  ArchRule onlyInventoriesNeedSparkSql() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(folder("catalog"), folder("spark"))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(SparkSession.class, Dataset.class);
  }

  /** But for a signal, which ends it anyway; what it ends with is the job's to say. */
  ArchRule nothingEndsTheJvm() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".pipeline.Interruption$Exit")
        .and()
        // Its JVM has nothing else to do.
        .doNotHaveFullyQualifiedName(root + ".WithoutSpark")
        .should()
        .accessTargetWhere(
            target(
                "what ends the JVM",
                target ->
                    Set.of("exit", "halt").contains(target.getName())
                        && (target.getOwner().isEquivalentTo(System.class)
                            || target.getOwner().isEquivalentTo(Runtime.class))));
  }

  ArchRule onlyMainPrintsToStandardOutput() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".Main")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(FileDescriptor.class, "out");
  }

  ArchRule onlyMainAndProgressPrintToStandardError() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".Main")
        .and()
        .doNotHaveFullyQualifiedName(root + ".progress.ProgressDisplay")
        .and()
        // Puts it back where it led.
        .doNotHaveFullyQualifiedName(root + ".progress.StandardError")
        .should()
        .accessField(System.class, "err")
        .orShould()
        .accessTargetWhere(
            target(
                "printStackTrace",
                target ->
                    target.getOwner().isAssignableTo(Throwable.class)
                        && target.getName().equals("printStackTrace")));
  }

  /** Calls, references to methods, and uses of fields alike. */
  private static DescribedPredicate<JavaAccess<?>> target(
      String description, Predicate<AccessTarget> predicate) {
    return describe(description, access -> predicate.test(access.getTarget()));
  }
}
