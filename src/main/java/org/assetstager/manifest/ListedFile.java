package org.assetstager.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a list says of a file.
 *
 * @param path relative to the root, normalised; where {@code problem} isn't null as the list has it
 * @param row what else a CSV list says that concerns a manifest, with null for what it leaves open;
 *     null of other lists
 * @param carried of these fields those that go into the manifest as they are, by their names:
 *     strings and booleans
 * @param problem why there can be no such file below the root, else null
 * @param detail of the problem, or null
 */
public record ListedFile(
    String path,
    @Nullable ManifestRow row,
    Map<String, Object> carried,
    @Nullable Problem problem,
    @Nullable String detail) {
  /** Why an entry of a list names no file below the root. */
  public enum Problem {
    /** It is elsewhere. */
    OUTSIDE_ROOT,
    /** It names the root itself. */
    ROOT,
    /** The path is no UTF-8. */
    NOT_UTF8,
    /** The entry can't be understood. */
    INVALID
  }

  static ListedFile bad(String shown, Problem problem, @Nullable String detail) {
    return new ListedFile(shown, null, Map.of(), problem, detail);
  }
}
