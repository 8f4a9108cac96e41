package org.assetstager.upload;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the executors read and sent a second, measured by all of them at the same time.
 *
 * @param seconds that the measuring took
 * @param tasks that measured at the same time, one on each core
 * @param streams parts that each of them sent at a time
 * @param readBefore whether the dry run had read the files before, so that they came from memory
 * @param figures in the order of the kinds; a kind that could not be measured is missing
 */
public record Probe(
    int seconds, int tasks, int streams, boolean readBefore, Map<Kind, Figure> figures)
    implements Serializable {
  private static final double THOUSAND = 1000;
  private static final String SECONDS = "seconds";
  private static final String TASKS = "tasks";
  private static final String STREAMS = "streams";
  private static final String READ_BEFORE = "read_before";

  /** What is measured. Small contents are those that a run sends in one request. */
  public enum Kind {
    /** Pages of listings of staging. */
    LIST,
    /** HEAD requests to staging. */
    HEAD,
    /** Files of small contents: opened, read and hashed. */
    READ_SMALL,
    /** Files of large contents: read and hashed. Counts reads. */
    READ_LARGE,
    /** Bodies as large as small contents are on average. */
    SEND_SMALL,
    /** Bodies as large as the parts of large contents are on average. */
    SEND_PARTS,
    /** Small contents as a run transfers them: read, hashed and sent. */
    TRANSFER_SMALL,
    /** Parts of large contents as a run transfers them: read, hashed and sent. */
    TRANSFER_PARTS
  }

  /** Copies the map. */
  public Probe {
    Map<Kind, Figure> sorted = new EnumMap<>(Kind.class);
    sorted.putAll(figures);
    sorted.values().removeIf(figure -> figure.count() == 0);
    figures = Collections.unmodifiableMap(sorted);
  }

  /**
   * What was done, and how fast.
   *
   * @param count files, requests or reads that were measured
   * @param bytes of them
   * @param perSecond how many a second
   * @param bytesPerSecond how many bytes a second
   */
  public record Figure(long count, long bytes, double perSecond, double bytesPerSecond)
      implements Serializable {
    /** Nothing was measured. */
    public static final Figure NONE = new Figure(0, 0, 0, 0);

    /** Returns what two did at the same time. */
    public Figure plus(Figure other) {
      return new Figure(
          count + other.count,
          bytes + other.bytes,
          perSecond + other.perSecond,
          bytesPerSecond + other.bytesPerSecond);
    }

    /** Returns the mean bytes of one. */
    public long meanBytes() {
      return count == 0 ? 0 : bytes / count;
    }
  }

  /** Returns the figure of a kind; {@link Figure#NONE} if it could not be measured. */
  public Figure of(Kind kind) {
    return figures.getOrDefault(kind, Figure.NONE);
  }

  /** Returns how many HEAD requests were under way at a time. */
  public int headsAtOnce() {
    return tasks * TaskLimits.SMALL_FILES_AT_ONCE;
  }

  /** Returns how many contents that go in parts a run sends at a time. */
  public int contentsAtOnce() {
    return tasks * Math.max(1, streams / TaskLimits.PARTS_IN_FLIGHT);
  }

  /** Returns what the tasks of both did at the same time. */
  public Probe plus(Probe other) {
    Map<Kind, Figure> sum = new EnumMap<>(Kind.class);
    sum.putAll(figures);
    other.figures.forEach((kind, figure) -> sum.merge(kind, figure, Figure::plus));
    return new Probe(seconds, tasks + other.tasks, streams, readBefore || other.readBefore, sum);
  }

  /** Returns it as the notes of a step; rates are in thousandths. */
  public Map<String, Long> toNotes() {
    Map<String, Long> notes = new LinkedHashMap<>();
    notes.put(SECONDS, (long) seconds);
    notes.put(TASKS, (long) tasks);
    notes.put(STREAMS, (long) streams);
    notes.put(READ_BEFORE, readBefore ? 1L : 0L);
    figures.forEach(
        (kind, figure) -> {
          notes.put(note(kind, "count"), figure.count());
          notes.put(note(kind, "bytes"), figure.bytes());
          notes.put(note(kind, "milli_per_second"), Math.round(figure.perSecond() * THOUSAND));
          notes.put(
              note(kind, "milli_bytes_per_second"), Math.round(figure.bytesPerSecond() * THOUSAND));
        });
    return notes;
  }

  /** Returns what {@link #toNotes} made notes of. */
  public static Probe ofNotes(Map<String, Long> notes) {
    Map<Kind, Figure> figures = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      figures.put(
          kind,
          new Figure(
              noted(notes, note(kind, "count")),
              noted(notes, note(kind, "bytes")),
              noted(notes, note(kind, "milli_per_second")) / THOUSAND,
              noted(notes, note(kind, "milli_bytes_per_second")) / THOUSAND));
    }
    return new Probe(
        (int) noted(notes, SECONDS),
        (int) noted(notes, TASKS),
        (int) noted(notes, STREAMS),
        noted(notes, READ_BEFORE) == 1,
        figures);
  }

  private static String note(Kind kind, String what) {
    return kind.name().toLowerCase(Locale.ROOT) + "." + what;
  }

  private static long noted(Map<String, Long> notes, String name) {
    return notes.getOrDefault(name, 0L);
  }
}
