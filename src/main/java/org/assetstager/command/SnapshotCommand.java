package org.assetstager.command;

import java.util.concurrent.Callable;
import org.assetstager.progress.Phases;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.snapshot.SnapshotJob;
import org.assetstager.snapshot.SnapshotRequest;
import org.assetstager.snapshot.SnapshotResult;
import org.assetstager.verify.JvmFileNames;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
public final class SnapshotCommand implements Callable<Integer> {
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

  @Option(names = "--class-id", paramLabel = "ID", description = "asset class of every row")
  private @Nullable String classId;

  @Option(names = "--asset", paramLabel = "ID", description = "asset of every row")
  private @Nullable String asset;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public SnapshotCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
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
                    new SnapshotRequest(root, topHash, out, classId, asset),
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
}
