package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.asset.FileId;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a namespace into ranges of file ids that can be listed side by side. MD5s are uniform, so
 * equal ranges hold about equally many keys.
 */
public final class ListingShards {
  /** What a file id can begin with, in the order of S3's listings (ASCII). */
  private static final String ALPHABET =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  /** By three characters: a task holds several shards, so at a billion keys each is 4 pages. */
  static final int MOST_SHARDS = ALPHABET.length() * ALPHABET.length() * ALPHABET.length();

  /** Four characters tell 16.7 million places apart. */
  private static final int PLACE_CHARACTERS = 4;

  private ListingShards() {}

  /**
   * A range of keys relative to their namespace.
   *
   * @param startAfter keys of the range are greater; empty for the first range
   * @param endExclusive keys of the range are less; null for the last range
   */
  public record Shard(String startAfter, @Nullable String endExclusive) {
    /** Whether a listing that is at this key, relative to the namespace, is still in the range. */
    public boolean isBeforeEnd(String relativeKey) {
      return endExclusive == null || relativeKey.compareTo(endExclusive) < 0;
    }
  }

  /**
   * Returns some of the disjoint ranges that a namespace is cut into, in order, which together hold
   * every file id. Ranges of different cuts begin at the same place where they begin at the same
   * share of the namespace.
   *
   * @param first of them, from 0
   * @param end the one after the last of them
   * @param count how many ranges there are; at most 262,144
   */
  static List<Shard> some(int first, int end, int count) {
    List<Shard> shards = new ArrayList<>(end - first);
    for (int i = first; i < end; i++) {
      shards.add(
          new Shard(i == 0 ? "" : start(i, count), i + 1 == count ? null : start(i + 1, count)));
    }
    return shards;
  }

  /** No file id is this short: each of those that begin with it is greater. */
  private static String start(int shard, int count) {
    int place = (int) ((long) shard * MOST_SHARDS / count);
    StringBuilder start = new StringBuilder();
    for (int unit = MOST_SHARDS / ALPHABET.length(); unit > 0; unit /= ALPHABET.length()) {
      start.append(ALPHABET.charAt(place / unit % ALPHABET.length()));
    }
    int end = start.length();
    while (start.charAt(end - 1) == ALPHABET.charAt(0)) {
      end--;
    }
    return start.substring(0, end);
  }

  /**
   * Estimates how many file ids a namespace holds, from the density of its first page.
   *
   * @param firstPage the page's keys, relative to the namespace, in order, the page being truncated
   */
  public static long estimateKeys(List<String> firstPage) {
    List<String> fileIds = firstPage.stream().filter(key -> FileId.parse(key).isPresent()).toList();
    if (fileIds.isEmpty()) {
      return firstPage.size();
    }
    double share = place(fileIds.get(fileIds.size() - 1));
    return Math.max(fileIds.size(), Math.round(fileIds.size() / share));
  }

  /** Returns which share of all file ids is not greater, above 0 and at most 1. */
  private static double place(String fileId) {
    double place = 0;
    double unit = 1;
    for (int i = 0; i < PLACE_CHARACTERS; i++) {
      unit /= ALPHABET.length();
      place += ALPHABET.indexOf(fileId.charAt(i)) * unit;
    }
    return place + unit;
  }
}
