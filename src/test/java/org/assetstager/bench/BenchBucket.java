package org.assetstager.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.jspecify.annotations.Nullable;

/** What {@link BenchS3Server} knows of a bucket's objects, in the order of their keys. */
final class BenchBucket {
  /** Of what is there from the start, and listed by the hundred thousand. */
  private static final String EPOCH = Instant.EPOCH.toString();

  /**
   * An object without its bytes.
   *
   * @param etag without quotes
   * @param headers that came with it and go out with it
   */
  record Stored(long sizeBytes, String etag, long modifiedAtMillis, Map<String, String> headers) {
    /** Returns when it was put, as a listing says it. */
    String modifiedAt() {
      return modifiedAtMillis == 0 ? EPOCH : Instant.ofEpochMilli(modifiedAtMillis).toString();
    }
  }

  /** A part of an upload. */
  record Part(long sizeBytes, Md5 md5) {}

  /**
   * An upload that is open.
   *
   * @param headers as of {@link Stored}
   * @param parts by number
   */
  record Upload(String key, Map<String, String> headers, Map<Integer, Part> parts) {}

  private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final List<GeneratedContents> generated = new CopyOnWriteArrayList<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

  /** Has these contents too. */
  void fill(GeneratedContents contents) {
    generated.add(contents);
  }

  /** Has as many contents as there are {@link #randomMd5s}. */
  void fillRandomly(TopHash topHash, int count) {
    randomMd5s(count)
        .forEach(
            md5 ->
                objects.put(
                    new ContentKey("", topHash, md5).toString(),
                    new Stored(1, md5.toHex(), 0, Map.of())));
  }

  /** Returns MD5s as random as those of files, the same ones each time. */
  static Stream<Md5> randomMd5s(int count) {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> new Md5(random.nextLong(), random.nextLong())).limit(count);
  }

  /** Returns the uploads that are open, by their ids. */
  Map<String, Upload> uploads() {
    return uploads;
  }

  /** Stores an object; false if there is one that must not be overwritten. */
  boolean put(String key, Stored stored, boolean onlyIfAbsent) {
    if (!onlyIfAbsent) {
      objects.put(key, stored);
      return true;
    }
    return get(key) == null && objects.putIfAbsent(key, stored) == null;
  }

  /** Returns an object; null without it. */
  @Nullable Stored get(String key) {
    Stored stored = objects.get(key);
    for (GeneratedContents contents : generated) {
      stored = stored == null ? contents.get(key) : stored;
    }
    return stored;
  }

  /** Removes an object that was uploaded. */
  void remove(String key) {
    objects.remove(key);
  }

  /**
   * A page of a listing.
   *
   * @param objects the objects, in order
   * @param prefixes what stands for the objects below it, in order
   * @param last where the next page goes on; null if there is none
   */
  record Page(
      List<Map.Entry<String, Stored>> objects, List<String> prefixes, @Nullable String last) {}

  /**
   * Lists objects.
   *
   * @param after only what comes after this key; may be empty
   * @param delimiter keys that have it behind the prefix are listed as one; may be empty
   */
  Page list(String prefix, String after, String delimiter, int most) {
    List<Map.Entry<String, Stored>> listed = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    String last = after;
    Iterator<Map.Entry<String, Stored>> entries =
        from(after.compareTo(prefix) < 0 ? prefix : after + '\0');
    while (entries.hasNext()) {
      Map.Entry<String, Stored> entry = entries.next();
      String key = entry.getKey();
      if (!key.startsWith(prefix)) {
        break;
      }
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String common = end < 0 ? null : key.substring(0, end + delimiter.length());
      boolean seen = common != null && common.compareTo(after) <= 0;
      if (!seen && listed.size() + prefixes.size() == most) {
        return new Page(listed, prefixes, last);
      }
      if (common == null) {
        listed.add(entry);
        last = key;
      } else {
        if (!seen) {
          prefixes.add(common);
          last = common;
        }
        entries = from(common + Character.MAX_VALUE);
      }
    }
    return new Page(listed, prefixes, null);
  }

  private Iterator<Map.Entry<String, Stored>> from(String key) {
    List<Iterator<Map.Entry<String, Stored>>> sources = new ArrayList<>();
    sources.add(objects.tailMap(key).entrySet().iterator());
    generated.forEach(contents -> sources.add(contents.from(key)));
    return sources.size() == 1 ? sources.get(0) : new Merged(sources);
  }

  /** Several ordered sources as one. */
  private static final class Merged implements Iterator<Map.Entry<String, Stored>> {
    private final List<Iterator<Map.Entry<String, Stored>>> sources;
    private final List<Map.@Nullable Entry<String, Stored>> heads = new ArrayList<>();

    Merged(List<Iterator<Map.Entry<String, Stored>>> sources) {
      this.sources = sources;
      sources.forEach(source -> heads.add(head(source)));
    }

    private static Map.@Nullable Entry<String, Stored> head(
        Iterator<Map.Entry<String, Stored>> source) {
      return source.hasNext() ? source.next() : null;
    }

    @Override
    public boolean hasNext() {
      return heads.stream().anyMatch(Objects::nonNull);
    }

    @Override
    public Map.Entry<String, Stored> next() {
      Map.Entry<String, Stored> least =
          heads.stream()
              .filter(Objects::nonNull)
              .min(Comparator.comparing(Map.Entry::getKey))
              .orElseThrow(NoSuchElementException::new);
      int source = heads.indexOf(least);
      heads.set(source, head(sources.get(source)));
      return least;
    }
  }
}
