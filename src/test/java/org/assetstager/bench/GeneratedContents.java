package org.assetstager.bench;

import java.util.Iterator;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/**
 * Contents of one size that nobody has uploaded: any number of them takes no memory, since each is
 * computed from its place in the order of the keys. Their MD5s are spread as those of files are.
 *
 * @param topHash their namespace
 * @param sizeBytes of each
 */
record GeneratedContents(String topHash, long count, long sizeBytes) {
  /** The characters of URL-safe base64 in the order in which keys are listed. */
  private static final String DIGITS =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  /** The last character holds two bits only. */
  private static final String LAST_DIGITS = "AQgw";

  private static final int DIGIT_COUNT = 21;

  /** Returns the file id of a content; in the order of the keys. */
  String fileId(long index) {
    long high = index * Long.divideUnsigned(-1, count);
    long low = mixed(index);
    char[] id = new char[DIGIT_COUNT + 1];
    id[DIGIT_COUNT] = LAST_DIGITS.charAt((int) (low & 3));
    for (int i = DIGIT_COUNT - 1; i >= 0; i--) {
      // 128 bits: the last digit's two, then six for each.
      int shift = 2 + 6 * (DIGIT_COUNT - 1 - i);
      long bits =
          shift >= Long.SIZE
              ? high >>> (shift - Long.SIZE)
              : shift > Long.SIZE - 6 ? low >>> shift | high << (Long.SIZE - shift) : low >>> shift;
      id[i] = DIGITS.charAt((int) (bits & 63));
    }
    return new String(id) + "==";
  }

  /** Returns the MD5 of a content; in the order of the keys, not of the MD5s. */
  Md5 md5(long index) {
    return Md5.parse(fileId(index));
  }

  /** The last steps of SplitMix64. */
  private static long mixed(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  private String key(long index) {
    return "contents/" + topHash + "/" + fileId(index);
  }

  private Map.Entry<String, BenchBucket.Stored> entry(long index) {
    return Map.entry(
        key(index), new BenchBucket.Stored(sizeBytes, md5(index).toHex(), 0, Map.of()));
  }

  /** Returns the contents from a key on, in order. */
  Iterator<Map.Entry<String, BenchBucket.Stored>> from(String key) {
    LongFunction<Map.Entry<String, BenchBucket.Stored>> entry = this::entry;
    return LongStream.range(firstFrom(key), count).mapToObj(entry).iterator();
  }

  /** Returns what lies under a key; null for nothing. */
  BenchBucket.@Nullable Stored get(String key) {
    long index = firstFrom(key);
    return index < count && key(index).equals(key) ? entry(index).getValue() : null;
  }

  private long firstFrom(String key) {
    long low = 0;
    long high = count;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (key(middle).compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
