package org.assetstager.report;

import com.google.common.collect.ComparisonChain;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleText;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.jspecify.annotations.Nullable;

/**
 * A ledger row that asks for somebody, as people read it: texts of users are made visible and cut.
 *
 * @param kind what to do, or null where the ledger's code is none that is known here
 * @param folder that holds the file, without a slash at its end; of a bad row its manifest's file
 * @param file absolute path, or as much of it as the row has; of a bad row its manifest's file
 * @param place of a bad row in its manifest's file, such as {@code line 17}; else empty
 * @param position of the row in its manifest's file, as the ledger has it
 * @param asset empty where the row names none
 * @param createdBy who added the file; empty where the row doesn't say
 * @param bytes of the file, or null where that isn't known
 * @param reason empty where there is none
 * @param remedy what to do about this row, a sentence without its full stop
 */
public record Problem(
    Outcome outcome,
    @Nullable Remedy kind,
    String folder,
    String file,
    String place,
    long position,
    String asset,
    String createdBy,
    @Nullable Long bytes,
    String reason,
    String remedy)
    implements Comparable<Problem>, Serializable {
  /** PATH_MAX of Linux: a longer text names no file, and a manifest's rows may be very long. */
  static final int MOST_OF_PATH = 4096;

  private static final int MOST_OF_REASON = 1000;
  private static final int MOST_OF_NAME = 300;

  /** Whether the rows of an outcome are shown one by one: where somebody has to act. */
  public static boolean isOne(Outcome outcome) {
    return outcome.needsPerson() || outcome == Outcome.FAILED;
  }

  /** Returns what people read of a row of such an outcome. */
  public static Problem of(LedgerRow row) {
    boolean bad = row.outcome() == Outcome.INVALID || row.path() == null;
    String file = VisibleText.of(bad ? row.manifestFile() : absolute(row), MOST_OF_PATH);
    return new Problem(
        row.outcome(),
        Arrays.stream(Remedy.values())
            .filter(remedy -> remedy.code().equals(row.remedyCode()))
            .findFirst()
            .orElse(null),
        bad ? file : folderOf(file),
        file,
        bad ? "position " + row.manifestPosition() : "",
        row.manifestPosition(),
        visible(row.asset(), MOST_OF_NAME),
        visible(row.createdBy(), MOST_OF_NAME),
        row.size(),
        VisibleText.of(reason(row), MOST_OF_REASON),
        visible(row.remedy(), MOST_OF_PATH));
  }

  private static String reason(LedgerRow row) {
    String newPath = Remedy.renamedTo(row.remedy());
    return Stream.of(
            newPath == null ? null : "now at " + newPath,
            row.detail(),
            row.errorCode(),
            row.error())
        .filter(text -> text != null && !text.isEmpty())
        .distinct()
        .collect(Collectors.joining(": "));
  }

  private static String absolute(LedgerRow row) {
    String root = Objects.requireNonNullElse(row.root(), "");
    return (root.isEmpty() || root.endsWith("/") ? root : root + "/") + row.path();
  }

  private static String folderOf(String file) {
    int slash = file.lastIndexOf('/');
    return slash == 0 ? "/" : file.substring(0, Math.max(slash, 0));
  }

  private static String visible(@Nullable String text, int most) {
    return text == null ? "" : VisibleText.of(text, most);
  }

  /** Compares by path; bad rows follow one another as in their manifest. */
  @Override
  public int compareTo(Problem other) {
    return ComparisonChain.start()
        .compare(file, other.file)
        .compare(position, other.position)
        .result();
  }

  /** Returns the same one at a place that is told better. */
  public Problem at(String better) {
    return new Problem(
        outcome, kind, folder, file, better, position, asset, createdBy, bytes, reason, remedy);
  }

  /** Returns the bytes of the file, 0 where they aren't known. */
  long knownBytes() {
    return bytes == null ? 0 : Math.max(0, bytes);
  }

  /** Returns about how many characters it is, for bounds of memory. */
  public long length() {
    return (long) folder.length()
        + file.length()
        + asset.length()
        + createdBy.length()
        + reason.length()
        + remedy.length();
  }
}
