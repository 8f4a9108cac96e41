package org.assetstager.manifest;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * The names of a manifest row's fields, and what a misspelt name may mean; see "The manifest" in
 * design.md.
 */
final class FieldNames {
  /** The name of a file. */
  static final String PATH = "path";

  private static final String STAT_PREFIX = "st_";
  private static final Set<String> STORED_FACTS =
      Set.of("st_size", "st_mtime_ns", "st_ctime_ns", "st_mtime", "st_ctime", "st_nlink", "st_ino");
  private static final Set<String> OTHER_FIELDS =
      Set.of(
          "top_hash",
          "root",
          PATH,
          "state",
          "proxy",
          "md5",
          "class_id",
          "asset",
          "content_id",
          "mime_type",
          "created_by",
          "created_at");

  private static final Set<String> NOT_CARRIED = Set.of(PATH, "root", "md5");

  /** The other fields of Python's {@code os.stat_result}, on all platforms. */
  private static final Set<String> IGNORED_STAT_FIELDS =
      Set.of(
          "st_mode",
          "st_dev",
          "st_uid",
          "st_gid",
          "st_atime",
          "st_atime_ns",
          "st_birthtime",
          "st_birthtime_ns",
          "st_blocks",
          "st_blksize",
          "st_rdev",
          "st_flags",
          "st_gen",
          "st_fstype",
          "st_rsize",
          "st_creator",
          "st_type",
          "st_file_attributes",
          "st_reparse_tag");

  /** A typo is one or two letters away; more would name a field that was never meant. */
  private static final LevenshteinDistance TYPO = new LevenshteinDistance(2);

  private FieldNames() {}

  /** Whether a row's field of this name means anything: others are ignored and needn't be read. */
  static boolean concern(String name) {
    return OTHER_FIELDS.contains(name)
        || name.startsWith(STAT_PREFIX)
        || !meantBy(name).equals(name);
  }

  /** Whether a field of this name means something, or is one of {@code os.stat}. */
  static boolean isKnown(String name) {
    return OTHER_FIELDS.contains(name)
        || STORED_FACTS.contains(name)
        || IGNORED_STAT_FIELDS.contains(name);
  }

  /** Whether a list's field goes into the manifest as it is: it says neither where nor what. */
  static boolean isCarried(String name) {
    return OTHER_FIELDS.contains(name) && !NOT_CARRIED.contains(name);
  }

  /** Returns the known name that differs from a name in its letters' case only, or the name. */
  static String meantBy(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return OTHER_FIELDS.contains(lower) || STORED_FACTS.contains(lower) ? lower : name;
  }

  /** Adds the faults of a row whose fields have names that are none. */
  static void check(FieldValues fields, Map<String, ? extends @Nullable Object> values) {
    values.forEach(
        (name, value) -> {
          if (value != null && name.startsWith(STAT_PREFIX)) {
            checkFact(fields, name);
          } else if (value != null) {
            checkCase(fields, name);
          }
        });
  }

  private static void checkFact(FieldValues fields, String name) {
    if (!STORED_FACTS.contains(name) && !IGNORED_STAT_FIELDS.contains(name)) {
      fields.fault(Text.quoted(name) + " is not a field of os.stat" + suggestion(name));
    }
  }

  /** Beside the field itself such a name is another column, as unknown ones are. */
  private static void checkCase(FieldValues fields, String name) {
    String meant = meantBy(name);
    if (!meant.equals(name) && !fields.has(meant)) {
      fields.fault(Text.quoted(name) + " is not a field: did you mean '" + meant + "'?");
    }
  }

  private static String suggestion(String unknown) {
    if (!meantBy(unknown).equals(unknown)) {
      return ": did you mean '" + meantBy(unknown) + "'?";
    }
    // In the order of the alphabet, so that one typo always has one answer.
    for (int distance = 1; distance <= TYPO.getThreshold(); distance++) {
      for (String known : new TreeSet<>(STORED_FACTS)) {
        if (TYPO.apply(known, unknown) == distance) {
          return ": did you mean '" + known + "'?";
        }
      }
    }
    return "";
  }
}
