package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * The object in staging under a content's key, if there is one.
 *
 * @param present whether there is an object
 * @param proved whether its bytes are proved to be the content
 * @param etag without quotes, or null
 * @param runId of the run that says it put the object, or null
 */
record Standing(boolean present, boolean proved, @Nullable String etag, @Nullable String runId) {
  static final Standing ABSENT = new Standing(false, false, null, null);
}
