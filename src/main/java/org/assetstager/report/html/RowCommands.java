package org.assetstager.report.html;

import java.util.Locale;
import java.util.Map;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShellWord;
import org.jspecify.annotations.Nullable;

/**
 * Shell commands by which a person looks into a row of the ledger. They only look: what is to be
 * changed is for the person to decide. All names are single words to the shell, see {@link
 * ShellWord}, and come after a {@code --}.
 */
final class RowCommands {
  /** PATH_MAX of Linux; a longer text can't name a file. */
  static final int MOST_PATH_BYTES = 4096;

  /** What decoders put in the place of bytes that aren't UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private final String ledger;
  private final @Nullable String remoteEndpoint;

  RowCommands(RunReport report) {
    this.ledger = report.ledger();
    Map<String, String> settings = report.settings();
    String endpoint = settings.get("remote.endpoint");
    this.remoteEndpoint = "null".equals(endpoint) ? null : endpoint;
  }

  /**
   * Returns one command, a line of its own.
   *
   * <pre>
   * outcome      | command                                  | shows
   * -------------+------------------------------------------+-------------------------------
   * INVALID      | the row of a plain local manifest,       | what is written there
   *              | else report --rows                       |
   * OUTSIDE_ROOT | readlink                                 | where the path leads
   * UNREADABLE   | namei                                    | the rights along the path
   * DELETED      | ls                                       | whether it is back
   * RENAMED      | ls of the new path                       | the file
   * MODIFIED     | stat                                     | when it was altered, and by whom
   * CONFLICT     | aws s3api head-object                    | what the remote holds
   * FAILED       | ls                                       | whether it is there
   * </pre>
   *
   * <p>A name that can't be written, since it isn't UTF-8, is looked for in its directory.
   */
  String of(LedgerRow row) {
    return switch (row.outcome()) {
      case INVALID -> invalid(row);
      case OUTSIDE_ROOT -> onPath(row, "readlink -f --", row.path());
      case UNREADABLE -> onPath(row, "namei -l --", row.path());
      case RENAMED -> onPath(row, "ls -ld --", newPath(row));
      case MODIFIED -> onPath(row, "stat --", row.path());
      case CONFLICT -> conflict(row);
      default -> onPath(row, "ls -ld --", row.path());
    };
  }

  private static @Nullable String newPath(LedgerRow row) {
    String renamed = Remedy.renamedTo(row.remedy());
    return renamed == null ? row.path() : renamed;
  }

  private String onPath(LedgerRow row, String command, @Nullable String path) {
    String root = row.root();
    if (root == null || path == null || !root.startsWith("/")) {
      return report(row);
    }
    String whole = path.startsWith("/") ? path : (root.endsWith("/") ? root : root + "/") + path;
    if (whole.length() > MOST_PATH_BYTES) {
      return report(row);
    }
    int unknown = firstUnknown(whole);
    if (unknown < 0) {
      return command + " " + ShellWord.of(whole);
    }
    int slash = whole.lastIndexOf('/', unknown);
    return "ls -lab -- " + ShellWord.of(slash == 0 ? "/" : whole.substring(0, slash));
  }

  /** Returns where the first character is that is none of a file's name, or -1. */
  private static int firstUnknown(String path) {
    for (int i = 0; i < path.length(); i++) {
      char character = path.charAt(i);
      boolean pair =
          Character.isHighSurrogate(character)
              && i + 1 < path.length()
              && Character.isLowSurrogate(path.charAt(i + 1));
      if (character == REPLACEMENT
          || character == 0
          || (Character.isSurrogate(character) && !pair)) {
        return i;
      }
      i += pair ? 1 : 0;
    }
    return -1;
  }

  private String invalid(LedgerRow row) {
    String file = localPath(row.manifestFile());
    if (file == null || !isPlainText(file) || firstUnknown(file) >= 0) {
      return report(row);
    }
    return "tail -c +"
        + (row.manifestPosition() + 1)
        + " -- "
        + ShellWord.of(file)
        + " | head -n 1 | head -c 4096 | cat -v";
  }

  private static boolean isPlainText(String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
  }

  private static @Nullable String localPath(String file) {
    if (file.startsWith("/")) {
      return file;
    }
    // Hadoop's paths aren't percent-encoded.
    return file.startsWith("file:/") ? file.substring(5).replaceFirst("^/+", "/") : null;
  }

  private String conflict(LedgerRow row) {
    if (row.bucket() == null || row.key() == null) {
      return report(row);
    }
    return "aws s3api head-object --bucket="
        + ShellWord.of(row.bucket())
        + " --key="
        + ShellWord.of(row.key())
        + (remoteEndpoint == null ? "" : " --endpoint-url=" + ShellWord.of(remoteEndpoint));
  }

  private String report(LedgerRow row) {
    return "asset-stager report --run "
        + ShellWord.of(ledger)
        + " --rows jsonl --outcome "
        + row.outcome();
  }
}
