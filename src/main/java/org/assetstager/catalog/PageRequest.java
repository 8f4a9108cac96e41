package org.assetstager.catalog;

import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;

/** One page to list. Its answer may require more pages. */
interface PageRequest {
  /**
   * Lists the page.
   *
   * @param contents what the keys of all contents begin with
   * @throws JobFailure if the bucket doesn't answer
   */
  Answer ask(BucketReader bucket, String contents);

  /**
   * The result of a page.
   *
   * @param known contents on the page
   * @param left namespaces that are not known yet, with about how many keys each has
   * @param next what is to be listed besides
   * @param keys number of keys on the page
   */
  record Answer(
      List<KnownContent> known, Map<String, Long> left, List<PageRequest> next, long keys) {}
}
