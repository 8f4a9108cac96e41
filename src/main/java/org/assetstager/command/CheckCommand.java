package org.assetstager.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
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
      "Tests on this host what a run needs, in ten seconds at most.",
      "It tests credentials, reading and writing the buckets, the ledger's folder, the encoding of"
          + " file names, roots and clocks. It writes nothing to the remote; in staging it opens an"
          + " upload and aborts it. Exit code 0 if all is well, else 2."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  ${COMMAND-FULL-NAME} --config conf/stage.conf --root /data/run1"})
public final class CheckCommand implements Checked {
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private QuietOptions display;

  private final Output output;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "an asset's root to check, in addition to manifest.allowed-roots; may be repeated")
  private List<String> roots = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the other fields.
  public CheckCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    settingsOptions.load();
  }

  @Override
  public Integer call() {
    display.begin(spec);
    Settings settings = settingsOptions.load();
    List<CheckGroup.Line> lines = Checks.run(settings, settingsOptions.file().toString(), roots);
    List<CheckGroup.Line> failed =
        lines.stream().filter(line -> line.result() == CheckGroup.Result.FAILED).toList();
    ExitCode code = failed.isEmpty() ? ExitCode.DONE : ExitCode.USAGE;
    PrintWriter out = spec.commandLine().getOut();
    if (!display.quiet() || !failed.isEmpty()) {
      print(display.quiet() ? failed : lines, out);
      out.println();
      out.println(
          failed.isEmpty()
              ? "Nothing is wrong."
              : failed.size() + " of " + lines.size() + " checks failed.");
    }
    JsonLines events = display.events(output);
    if (events != null) {
      lines.forEach(line -> events.print(event(line)));
      events.end(
          JsonLines.event("result").put("exit_code", code.value()).put("failed", failed.size()));
    }
    return code.value();
  }

  private static void print(List<CheckGroup.Line> lines, PrintWriter out) {
    Table.print(
        lines.stream()
            .map(line -> List.of(line.result().word(), line.name(), line.words()))
            .toList(),
        out);
  }

  private static ObjectNode event(CheckGroup.Line line) {
    return JsonLines.event("check")
        .put("name", line.name())
        .put("result", line.result().name().toLowerCase(Locale.ROOT))
        .put("message", line.words());
  }
}
