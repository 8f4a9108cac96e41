package org.assetstager.command;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate-completion}: prints a script that completes commands, options and files. */
@Command(
    name = CompletionCommand.NAME,
    description = "Prints a script for bash and zsh that completes commands, options and files.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  source <(${COMMAND-FULL-NAME})"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class CompletionCommand implements Runnable {
  public static final String NAME = "generate-completion";

  /** The name without its folder: by that a shell finds what completes. */
  private static final String PROGRAM = "asset-stager";

  /**
   * Keeps file names from being completed in values that are no paths of Java, as manifests are.
   */
  private static final String NO_FILES = "type compopt &>/dev/null && compopt +o default";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine program = spec.root().commandLine();
    String script =
        AutoComplete.bash(PROGRAM, program.setCommandName(PROGRAM)).replace(NO_FILES, ":");
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
  }
}
