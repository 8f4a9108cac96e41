package org.assetstager.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The columns in the names of a manifest file's folders, {@code name=value}, as Spark's {@code
 * partitionBy} and Hive write them. The rows don't contain them. The type of a value is that of its
 * field, and isn't guessed from the text.
 */
final class FolderColumns {
  /** No columns. */
  static final FolderColumns NONE = new FolderColumns(Map.of());

  /** How Hive and Spark write null. */
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private static final Set<String> INTEGERS =
      Set.of("st_size", "st_mtime_ns", "st_ctime_ns", "st_nlink", "st_ino");
  private static final Set<String> SECONDS = Set.of("st_mtime", "st_ctime");
  private static final Pattern ESCAPES = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,40}");
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?");

  /** The folder by its column. */
  private final Map<String, String> folders;

  private final Map<String, @Nullable Object> values = new HashMap<>();

  private FolderColumns(Map<String, String> folders) {
    this.folders = folders;
    folders.forEach((name, folder) -> values.put(name, value(name, folder)));
  }

  /**
   * Takes the columns that concern the job from a file's path.
   *
   * @throws JobFailure of kind INPUT if two folders give one column different values, or a column's
   *     name has letters of another case
   */
  static FolderColumns of(String file) {
    Map<String, String> folders = new TreeMap<>();
    List<String> names = Arrays.asList(file.split("/"));
    for (String folder : names.subList(0, names.size() - 1)) {
      int sign = folder.indexOf('=');
      String name = sign < 0 ? "" : unescaped(folder.substring(0, sign));
      if (FieldNames.concern(name)) {
        requireItsCase(file, folder, name);
        String before = folders.put(name, folder);
        if (before != null && !before.equals(folder)) {
          throw JobFailure.input(
              "The manifest " + file + " is in the folders " + before + " and " + folder,
              "Move it, so that it is clear which value is right");
        }
      }
    }
    return folders.isEmpty() ? NONE : new FolderColumns(folders);
  }

  private static void requireItsCase(String file, String folder, String name) {
    String meant = FieldNames.meantBy(name);
    if (!meant.equals(name)) {
      throw JobFailure.input(
          "The manifest "
              + file
              + " is in the folder "
              + folder
              + ", and '"
              + name
              + "' is not a field: did you mean '"
              + meant
              + "'?",
          "Rename the folder; if it isn't a column, without '='");
    }
  }

  /**
   * Returns a row's values with those of the folders.
   *
   * @throws JobFailure of kind INPUT if the row has another value, because it isn't clear which one
   *     is right
   */
  RawRow addTo(RawRow row) {
    if (folders.isEmpty()) {
      return row;
    }
    Map<String, @Nullable Object> all = new HashMap<>(row.values());
    values.forEach(
        (name, value) -> {
          Object own = all.put(name, value);
          if (own != null && !same(own, value)) {
            throw JobFailure.input(
                "The manifest "
                    + row.manifestFile()
                    + " has the '"
                    + name
                    + "' "
                    + shown(own)
                    + " in a row, but is in the folder "
                    + Text.shown(String.valueOf(folders.get(name))),
                "Move the file, or write it without the column");
          }
        });
    return row.withValues(all);
  }

  private static @Nullable Object value(String name, String folder) {
    String text = unescaped(folder.substring(folder.indexOf('=') + 1));
    return text.equals(NULL) ? null : typed(name, text);
  }

  /** Returns the value that a text means in a field of this name; the text where it means none. */
  static Object typed(String name, String text) {
    if (name.equals("proxy")) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> text;
      };
    }
    if (INTEGERS.contains(name) && INTEGER.matcher(text).matches()) {
      return new BigInteger(text);
    }
    return SECONDS.contains(name) && NUMBER.matcher(text).matches()
        ? (Object) Double.valueOf(text)
        : text;
  }

  /** Spark escapes ASCII characters alone, Arrow the bytes of UTF-8. */
  private static String unescaped(String text) {
    return ESCAPES.matcher(text).replaceAll(FolderColumns::characters);
  }

  private static String characters(MatchResult escapes) {
    byte[] bytes = HexFormat.of().parseHex(escapes.group().replace("%", ""));
    try {
      return Matcher.quoteReplacement(Text.decodeUtf8(bytes));
    } catch (CharacterCodingException e) {
      throw JobFailure.input(
          "A folder of the manifest has " + escapes.group() + " in its name: " + e.getMessage(),
          "Rename it, with %XX for each byte of UTF-8");
    }
  }

  private static boolean same(Object own, @Nullable Object value) {
    Object plain = own instanceof byte[] bytes ? decoded(bytes) : own;
    if (value == null || !(plain instanceof Number || value instanceof Number)) {
      return plain.equals(value);
    }
    if (!isNumber(plain) || !isNumber(value)) {
      return false;
    }
    BigDecimal number = new BigDecimal(plain.toString());
    BigDecimal other = new BigDecimal(value.toString());
    boolean inexact = plain instanceof Double || value instanceof Double;
    return inexact ? number.doubleValue() == other.doubleValue() : number.compareTo(other) == 0;
  }

  /** Parquet may have a number as its digits. */
  private static boolean isNumber(Object value) {
    return NUMBER.matcher(value.toString()).matches();
  }

  private static String shown(Object own) {
    return own instanceof String || own instanceof byte[]
        ? Text.quoted(own instanceof byte[] bytes ? decoded(bytes) : own.toString())
        : Text.shown(own.toString());
  }

  private static String decoded(byte[] bytes) {
    try {
      return Text.decodeUtf8(bytes);
    } catch (CharacterCodingException e) {
      return "text that is " + e.getMessage();
    }
  }
}
