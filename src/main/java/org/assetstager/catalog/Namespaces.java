package org.assetstager.catalog;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * The namespaces that candidates are of.
 *
 * @param candidates their number in each, equal contents counted again; at most {@link #MOST}
 * @param complete whether there are no others
 */
public record Namespaces(Map<String, Long> candidates, boolean complete) implements Serializable {
  /** More aren't held on the driver. */
  public static final int MOST = 10_000;

  /** No namespace. */
  public static final Namespaces NONE = new Namespaces(Map.of(), true);

  private static final String INCOMPLETE = "/incomplete";

  /** Keeps a copy of the map. */
  public Namespaces {
    candidates = Map.copyOf(candidates);
  }

  /** Returns both together. */
  public Namespaces plus(Namespaces other) {
    Map<String, Long> sum = new HashMap<>(candidates);
    boolean whole = complete && other.complete;
    for (Map.Entry<String, Long> more : other.candidates.entrySet()) {
      if (sum.containsKey(more.getKey()) || sum.size() < MOST) {
        sum.merge(more.getKey(), more.getValue(), Long::sum);
      } else {
        whole = false;
      }
    }
    return new Namespaces(sum, whole);
  }

  /** Returns this as numbers by name. */
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
    return new Namespaces(candidates, candidates.remove(INCOMPLETE) == null);
  }
}
