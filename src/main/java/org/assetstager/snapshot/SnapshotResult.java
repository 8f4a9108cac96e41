package org.assetstager.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Maps;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.report.JsonLines;
import org.assetstager.report.Places;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot took and what it left out.
 *
 * @param out the manifest's folder, with its scheme
 * @param files rows of the manifest
 * @param bytes of these files together
 * @param kept how many of them kept the MD5 that {@code --since} says; null without that
 * @param skipped how many files and directories were left out, by reason; a directory counts once,
 *     with all that is in it
 * @param examples the first of them by path; none where the manifest was written by an earlier
 *     attempt
 */
public record SnapshotResult(
    String out,
    long files,
    long bytes,
    @Nullable Long kept,
    Map<SkipReason, Long> skipped,
    List<Skipped> examples) {
  /** The folder below {@code out} that names everything that was left out, as JSON Lines. */
  public static final String SKIPPED_FOLDER = "_skipped";

  static final int EXAMPLES = 20;

  /** Copies the collections. */
  public SnapshotResult {
    skipped = Maps.immutableEnumMap(skipped);
    examples = List.copyOf(examples);
  }

  /** Returns the last event of {@code --json}. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonLines.event("result")
            .put("exit_code", 0)
            .put("out", out)
            .put("files", files)
            .put("bytes", bytes);
    if (kept != null) {
      json.put("kept_md5s", kept);
    }
    ObjectNode left = json.putObject("skipped");
    skipped.forEach((reason, count) -> left.put(reason.name(), count));
    return json;
  }

  /** Prints what a person should know. */
  public void print(PrintWriter to) {
    to.println(
        "snapshot  "
            + Amounts.count(files, "file")
            + "  "
            + Amounts.bytes(bytes)
            + "  in "
            + Places.path(out));
    if (kept != null) {
      to.println("unchanged  " + Amounts.count(kept, "file") + " kept their MD5 from --since");
    }
    printSkipped(to);
  }

  /** Prints what is not in the manifest; nothing where everything is. */
  public void printSkipped(PrintWriter to) {
    skipped.forEach(
        (reason, count) -> to.println("skipped  " + Amounts.count(count) + ": " + reason.words()));
    for (Skipped example : examples) {
      to.println("  " + VisibleText.of(example.path()) + "  " + why(example));
    }
    long all = skipped.values().stream().mapToLong(Long::longValue).sum();
    if (all > examples.size()) {
      to.println(
          "  ... and "
              + Amounts.count(all - examples.size())
              + " more: all of them are in "
              + Places.path(out)
              + "/"
              + SKIPPED_FOLDER);
    }
  }

  private static String why(Skipped skipped) {
    return skipped.detail() == null
        ? skipped.reason().words()
        : skipped.reason().words() + ": " + VisibleText.of(skipped.detail());
  }
}
