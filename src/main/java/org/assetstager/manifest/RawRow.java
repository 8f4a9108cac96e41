package org.assetstager.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as the parser of a format returns it.
 *
 * @param position byte offset of the line in the decompressed file, or index of the row
 * @param values by field name: strings (or their UTF-8 bytes), numbers, booleans or null; null
 *     means absent; a value of any other type is a fault
 * @param whole whether all of the row was read, so that a field which isn't there is missing
 * @param problems what the parser found wrong
 * @param unrepresentable what it found wrong with file names that aren't Unicode
 * @param withoutFacts why the row has no stored facts, if it hasn't and should; else null
 * @param notAddedReason why the row isn't added, where the format itself says so, or null
 * @param sourced whether the content comes from elsewhere
 */
record RawRow(
    String manifestFile,
    long position,
    Map<String, ? extends @Nullable Object> values,
    boolean whole,
    List<String> problems,
    List<String> unrepresentable,
    @Nullable String withoutFacts,
    @Nullable String notAddedReason,
    boolean sourced) {

  /** A row whose fields were all read. */
  static RawRow whole(
      String manifestFile, long position, Map<String, ? extends @Nullable Object> values) {
    return new RawRow(
        manifestFile, position, values, true, List.of(), List.of(), null, null, false);
  }

  /** A row that leaves open what it has no field for. */
  static RawRow part(
      String manifestFile, long position, Map<String, ? extends @Nullable Object> values) {
    return new RawRow(
        manifestFile, position, values, false, List.of(), List.of(), null, null, false);
  }

  /** A row that could be read up to a problem only. */
  static RawRow broken(
      String manifestFile,
      long position,
      Map<String, ? extends @Nullable Object> values,
      String problem) {
    return new RawRow(
        manifestFile, position, values, false, List.of(problem), List.of(), null, null, false);
  }

  /** Returns the row with other values. */
  RawRow withValues(Map<String, ? extends @Nullable Object> others) {
    return new RawRow(
        manifestFile,
        position,
        others,
        whole,
        problems,
        unrepresentable,
        withoutFacts,
        notAddedReason,
        sourced);
  }
}
