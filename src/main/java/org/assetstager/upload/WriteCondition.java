package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * The condition for a write to a key. "Conditional requests" in the Amazon S3 User Guide.
 *
 * @param ifAbsent nothing may be there
 * @param ifMatch the object there must have this ETag, without quotes; null for any
 */
record WriteCondition(boolean ifAbsent, @Nullable String ifMatch) {
  static final WriteCondition NONE = new WriteCondition(false, null);

  @Nullable String ifNoneMatchHeader() {
    return ifAbsent ? "*" : null;
  }

  @Nullable String ifMatchHeader() {
    return ifMatch == null ? null : '"' + ifMatch + '"';
  }
}
