package org.assetstager.catalog;

import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The namespaces of the candidates. If there are too many for the memory, this is a sample: those
 * with the smallest hashes, so that the order in which samples are merged makes no difference.
 *
 * @param candidates their number in each, equal contents counted again; at most {@link #MOST}
 * @param complete whether there are no others
 */
public record Namespaces(Map<String, Long> candidates, boolean complete) implements Serializable {
  /** More aren't held on the driver. */
  public static final int MOST = 10_000;

  public static final Namespaces NONE = new Namespaces(Map.of(), true);

  /** No top hash has a slash. */
  private static final String INCOMPLETE = "/incomplete";

  public Namespaces {
    candidates = Map.copyOf(candidates);
  }

  public Namespaces plus(Namespaces other) {
    Map<String, Long> sum = new HashMap<>(candidates);
    other.candidates.forEach((name, more) -> sum.merge(name, more, Long::sum));
    boolean cut = cut(sum);
    return new Namespaces(sum, complete && other.complete && !cut);
  }

  /** Leaves only those of the least hashes; returns whether there were more. */
  private static boolean cut(Map<String, Long> candidates) {
    if (candidates.size() <= MOST) {
      return false;
    }
    candidates.keySet().stream()
        .map(Hashed::of)
        .sorted(Comparator.comparingInt(Hashed::hash).thenComparing(Hashed::name))
        .skip(MOST)
        .forEach(hashed -> candidates.remove(hashed.name()));
    return true;
  }

  private record Hashed(int hash, String name) {
    static Hashed of(String name) {
      return new Hashed(Hashing.murmur3_32_fixed().hashUnencodedChars(name).asInt(), name);
    }
  }

  public Map<String, Long> toNotes() {
    Map<String, Long> notes = new HashMap<>(candidates);
    if (!complete) {
      notes.put(INCOMPLETE, 1L);
    }
    return notes;
  }

  /** Makes namespaces of what {@link #toNotes} returned. */
  public static Namespaces ofNotes(Map<String, Long> notes) {
    Map<String, Long> candidates = new HashMap<>(notes);
    boolean complete = candidates.remove(INCOMPLETE) == null;
    return new Namespaces(candidates, complete);
  }

  /** Counts the candidates of a task, one after another. */
  public static final class Counter {
    private final Map<String, Long> candidates = new HashMap<>();
    private boolean complete = true;

    public void add(String topHash) {
      candidates.merge(topHash, 1L, Long::sum);
      if (candidates.size() > 2 * MOST) {
        complete &= !cut(candidates);
      }
    }

    public Namespaces namespaces() {
      boolean cut = cut(candidates);
      complete &= !cut;
      return new Namespaces(candidates, complete);
    }
  }
}
