package org.assetstager.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.manifest.ListFormat;
import org.assetstager.pipeline.StageRun;
import org.assetstager.progress.Phases;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.run.RunFolder;
import org.assetstager.snapshot.SnapshotJob;
import org.assetstager.snapshot.SnapshotRequest;
import org.assetstager.snapshot.SnapshotRequest.ListOption;
import org.assetstager.snapshot.SnapshotResult;
import org.assetstager.spark.PlainFiles;
import org.assetstager.verify.JvmFileNames;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snapshot}: writes a manifest for a directory. */
@Command(
    name = "snapshot",
    description = "Writes a manifest of the files below a directory, with their metadata and MD5s.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} /data/run1 --top-hash run1 \\",
      "    --out /shared/manifests/run1"
    })
public final class SnapshotCommand implements Checked {
  private final Output output;

  @Spec private CommandSpec spec;
  @Mixin private DisplayOptions display;

  @Parameters(paramLabel = "<root>", description = "directory to write a manifest of")
  private String root;

  @Option(
      names = "--top-hash",
      required = true,
      paramLabel = "H",
      description = "storage namespace of every row")
  private String topHash;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "P",
      description = {
        "folder to write the manifest to. It must not exist yet, and not be below the root.",
        "Its folder _snapshot records the finished work for --resume; stage ignores it."
      })
  private String out;

  @Option(
      names = "--resume",
      description = "continue an interrupted snapshot, with the same root and options")
  private boolean resume;

  @Option(
      names = "--since",
      arity = "1..*",
      paramLabel = "M",
      description =
          "earlier manifests, as for stage --manifest, or finished runs, by their folders or ids"
              + " (below ledger.path in the settings). A file that has the same size, times and"
              + " inode there keeps its MD5 and isn't read. Write <root> before this option")
  private List<String> since = new ArrayList<>();

  @Option(
      names = "--files-from",
      paramLabel = "L",
      description =
          "take the files that this list names, instead of walking through the root; - is standard"
              + " input. Paths are relative to the root, or absolute and below it")
  private @Nullable String filesFrom;

  @Option(
      names = "--files-format",
      defaultValue = "auto",
      paramLabel = "FORMAT",
      description =
          "nul: a NUL ends each path, as with find -print0; newline: a newline does; csv: with a"
              + " header that has 'path' and any other field of a manifest; auto: the beginning of"
              + " the list shows its format. Default: ${DEFAULT-VALUE}")
  private ListFormat filesFormat;

  @Option(
      names = "--no-hash",
      description =
          "read no file: rows have no MD5, unless --since has it; the run that stages them"
              + " computes it")
  private boolean noHash;

  @Option(names = "--class-id", paramLabel = "ID", description = "asset class of every row")
  private @Nullable String classId;

  @Option(names = "--asset", paramLabel = "ID", description = "asset of every row")
  private @Nullable String asset;

  @Mixin private SettingsOptions settingsOptions;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public SnapshotCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    request(since);
    if (filesFrom == null
        && spec.commandLine().getParseResult().hasMatchedOption("--files-format")) {
      throw new ParameterException(
          spec.commandLine(), "--files-format needs a list: name it with --files-from");
    }
  }

  @Override
  public Integer call() {
    check();
    display.begin(spec);
    JvmFileNames.requireUtf8();
    return SparkContexts.run(
        "snapshot",
        spark -> {
          SnapshotResult result;
          try (DisplayOptions.Logs quiet = display.logs()) {
            result =
                SnapshotJob.run(
                    spark,
                    request(since.stream().map(place -> place(spark, place)).toList()),
                    resume,
                    new Phases(spark.sc(), display.progress(), null, null, display.events(output)));
          }
          if (display.quiet()) {
            result.printSkipped(spec.commandLine().getOut());
          } else {
            result.print(spec.commandLine().getOut());
          }
          JsonLines events = display.events(output);
          if (events != null) {
            events.end(result.toJson());
          }
          output.mayBeLost("The manifest is complete, in " + result.out());
          return ExitCode.DONE.value();
        });
  }

  private SnapshotRequest request(List<String> places) {
    ListOption list = filesFrom == null ? null : new ListOption(filesFrom, filesFormat);
    return new SnapshotRequest(root, topHash, out, classId, asset, places, list, !noHash);
  }

  /** Returns what is there; else the folder of the run that has this id. */
  private String place(JavaSparkContext spark, String named) {
    Configuration configuration = spark.hadoopConfiguration();
    return !StageRun.isRunId(named)
            || new RunFolder(
                    PlainFiles.named("--since", named, configuration).toString(), configuration)
                .exists()
        ? named
        : RunOption.folder("--since", named, spark, settingsOptions.load().ledgerPath()).location();
  }
}
