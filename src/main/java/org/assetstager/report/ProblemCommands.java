package org.assetstager.report;

import org.assetstager.ledger.Remedy;
import org.jspecify.annotations.Nullable;

/**
 * The one command by which a person begins to help all rows of a group. It makes a list of them, a
 * file beside the person, and where that tells something, looks at each; nothing else is changed.
 */
public final class ProblemCommands {
  private ProblemCommands() {}

  /**
   * Returns the command, a line for bash or zsh; empty where the run itself is to be done again.
   *
   * <pre>
   * remedy             | list                   | shows of each file
   * -------------------+------------------------+---------------------------------------
   * ADD_AGAIN          | paths, each ended by   | when it was altered
   * REMOVE_OR_RESTORE  |   NUL                  | whether it is back
   * LOOK_FOR_NEW_PATH  |                        | whether it is back
   * COPY_BELOW_ROOT    |                        | the links on the way
   * MAKE_READABLE      |                        | the rights on the way
   * DIVIDE_FILE        |                        | its size
   * REPLACE_PATH       | a table: old and new   |
   * RENAME_TO_UTF8     |   a table: names that  |
   *                    |   no list of paths has |
   * FIX_MANIFEST_ROW   | a table: file and row  |
   * TELL_REMOTE_KEEPER | a table: bucket, key   |
   * </pre>
   */
  public static String of(ProblemGroup group, RunReport report) {
    Remedy kind = group.kind();
    if (isRun(kind)) {
      return "";
    }
    String look = look(kind);
    String form = look.isEmpty() ? "sheet" : "paths";
    String list =
        ShellWord.of(
            report.runId()
                + "-"
                + (kind == null ? group.outcome().name() : kind.code())
                + (look.isEmpty() ? ".csv" : ".paths"));
    return rows(report, form, group.outcome().name())
        + (kind == null ? "" : " --remedy " + kind.code())
        + " > "
        + list
        + (look.isEmpty() ? "" : " && xargs -0 -r " + look + " < " + list);
  }

  /** Returns what somebody wants the command of {@link #of} for; empty where there is none. */
  public static String makes(ProblemGroup group) {
    if (isRun(group.kind())) {
      return "";
    }
    String all = group.total().rows() == 1 ? "it" : "all " + Amounts.count(group.total().rows());
    return look(group.kind()).isEmpty()
        ? "Lists " + all + " in a table for a spreadsheet:"
        : "Lists the path"
            + (group.total().rows() == 1 ? "" : "s of " + all)
            + " in a file, and looks at each:";
  }

  private static boolean isRun(@Nullable Remedy kind) {
    return kind == Remedy.RUN_AGAIN || kind == Remedy.RUN_AGAIN_TO_FIND;
  }

  private static String look(@Nullable Remedy kind) {
    return kind == null
        ? ""
        : switch (kind) {
          case ADD_AGAIN, REMOVE_OR_RESTORE, LOOK_FOR_NEW_PATH, DIVIDE_FILE -> "ls -ld --";
          case COPY_BELOW_ROOT -> "namei --";
          case MAKE_READABLE -> "namei -l --";
          case REPLACE_PATH,
              RENAME_TO_UTF8,
              FIX_MANIFEST_ROW,
              TELL_REMOTE_KEEPER,
              RUN_AGAIN,
              RUN_AGAIN_TO_FIND ->
              "";
        };
  }

  /**
   * Returns the command that prints a run's rows.
   *
   * @param form as {@code --rows} takes it
   * @param outcomes with commas between them
   */
  public static String rows(RunReport report, String form, String outcomes) {
    return Program.word()
        + " report --run "
        // As URLs of this computer are written.
        + ShellWord.of(report.ledger().replaceFirst("^file:/(?!/)", "file:///"))
        + " --rows "
        + form
        + " --outcome "
        + outcomes;
  }
}
