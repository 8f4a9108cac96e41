package org.assetstager.manifest;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import org.assetstager.spark.ByteKeys;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which AMA's documents are joined: a document, what it says something about, and what
 * the element is. {@link ByteKeys} compares and reads them. The elements of a task are in the order
 * of their names, so that the files of a directory follow one another.
 */
final class AmaKeys {
  /** The stored stats of a path. */
  static final byte STATS = 0;

  /** The stored state of a content or of a path. */
  static final byte STATE = 1;

  /** An object of a manifest. */
  static final byte OBJECT = 2;

  private AmaKeys() {}

  /**
   * Makes a key.
   *
   * @param document that has the states or stats
   * @param name of a content or a path there; null for an object that has none, and so no state
   */
  static byte[] of(String document, @Nullable String name, byte what) {
    String group = escaped(document) + (name == null ? "\1\3" : "\1\4" + escaped(name));
    return (group + '\0' + (char) what).getBytes(StandardCharsets.UTF_8);
  }

  /** Leaves out what ends a part of a key: no name comes between the elements of another. */
  private static String escaped(String text) {
    return text.replace("\1", "\1\2").replace("\0", "\1\1");
  }

  /** Deals the elements out, those of one name to one task. */
  static final class ByName extends ByteKeys.ByHash {
    private static final long serialVersionUID = 1;

    ByName(int tasks) {
      super(tasks);
    }

    @Override
    protected int hash(byte[] key) {
      return Hashing.murmur3_32_fixed().hashBytes(key, 0, key.length - 1).asInt();
    }
  }
}
