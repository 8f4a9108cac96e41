package org.assetstager.upload;

import org.jspecify.annotations.Nullable;

/**
 * What staging holds under a content's key.
 *
 * @param present whether there is an object
 * @param proved whether its bytes are proved to be the content
 * @param etag without quotes, or null
 * @param runId of the run that says it put the object, or null
 */
record Standing(boolean present, boolean proved, @Nullable String etag, @Nullable String runId) {
  static final Standing ABSENT = new Standing(false, false, null, null);
}
