package org.assetstager.settings;

import org.jspecify.annotations.Nullable;

/**
 * A setting as it was written.
 *
 * @param value null, or a {@link String}, or a {@link java.util.List} or {@link java.util.Map} of
 *     such; numbers and switches are text
 * @param where the file and line, or what else set it
 */
record SettingValue(@Nullable Object value, String where) {
  /** Where a value stands that nobody has written. */
  static final String DEFAULT = "default";

  boolean isDefault() {
    return where.equals(DEFAULT);
  }
}
