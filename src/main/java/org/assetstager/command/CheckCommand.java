package org.assetstager.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assetstager.report.ExitCode;
import org.assetstager.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: tries settings, rights and mounts on this host before a run needs them. */
@Command(
    name = "check",
    description = {
      "Tries what a run needs on this host: credentials, reading and writing of the buckets, the"
          + " ledger's folder, the encoding of file names, roots, clocks. Takes ten seconds at most.",
      "Nothing is written to the remote; in staging an upload is opened and aborted. Exit code 0 if"
          + " all is well, else 2."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  asset-stager check --config conf/stage.conf --root /data/run1"})
public final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "an asset's root to look at, beside those of manifest.allowed-roots; may be repeated")
  private List<String> roots = new ArrayList<>();

  /** Makes the command; picocli sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public CheckCommand() {}

  @Override
  public Integer call() {
    Settings settings = settingsOptions.load();
    List<CheckGroup.Line> lines = Checks.run(settings, settingsOptions.file().toString(), roots);
    PrintWriter out = spec.commandLine().getOut();
    Table.print(
        lines.stream()
            .map(line -> List.of(line.result().word(), line.name(), line.words()))
            .toList(),
        out);
    long failed = lines.stream().filter(line -> line.result() == CheckGroup.Result.FAILED).count();
    out.println();
    out.println(
        failed == 0 ? "Nothing is wrong." : failed + " of " + lines.size() + " checks failed.");
    return (failed == 0 ? ExitCode.DONE : ExitCode.USAGE).value();
  }
}
