package org.assetstager.audit;

import com.google.common.collect.Iterators;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Audits the contents of a partition, whose rows are in the order of {@link
 * org.assetstager.catalog.ContentOrder}: by the listings, and by requests, several at a time, where
 * these prove nothing.
 */
final class AuditContents
    implements FlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, AuditContents.Part> {
  /** The step's name, and the folder of its files in the audit's. */
  static final String ROWS = "rows";

  static final String KIND = "part";

  /** Requests wait for the store, not for a core. */
  private static final int HEADS_AT_ONCE = 16;

  /** Reading back takes the core's time as well. */
  private static final int READS_AT_ONCE = 4;

  private static final Comparator<AuditedContent> IN_ORDER =
      Comparator.comparing(AuditedContent::topHash, nullsFirst())
          .thenComparing(AuditedContent::md5, nullsFirst())
          .thenComparing(AuditedContent::size, nullsFirst());

  private final Settings settings;
  private final boolean deep;
  private final StepOutput output;
  private final RequestTotals requests;
  private final TaskProgress progress;

  AuditContents(
      Settings settings,
      boolean deep,
      StepOutput output,
      RequestTotals requests,
      TaskProgress progress) {
    this.settings = settings;
    this.deep = deep;
    this.output = output;
    this.requests = requests;
    this.progress = progress;
  }

  private static <T extends Comparable<T>> Comparator<@Nullable T> nullsFirst() {
    return Comparator.nullsFirst(Comparator.naturalOrder());
  }

  /**
   * The result of a task.
   *
   * @param files of {@link AuditedContent}
   * @param problems the first by namespace and MD5
   */
  record Part(List<StepFile> files, AuditTotals totals, List<AuditedContent> problems)
      implements Serializable {
    static final Part NONE = new Part(List.of(), AuditTotals.NONE, List.of());

    /** Returns both together. */
    Part plus(Part other) {
      return new Part(
          Stream.concat(files.stream(), other.files.stream()).toList(),
          totals.plus(other.totals),
          Stream.concat(problems.stream(), other.problems.stream())
              .sorted(IN_ORDER)
              .limit(AuditSummary.EXAMPLES)
              .toList());
    }
  }

  @Override
  public Iterator<Part> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    requests.addWhenTaskEnds();
    ContentAuditor auditor = new ContentAuditor(settings, deep);
    Found found = new Found(TaskFiles.ofTask(output, ROWS));
    Iterator<ListedClaim> open =
        Iterators.filter(new ListedClaims(sorted), listed -> deep || !found.isProved(listed));
    Iterator<AuditedContent> asked =
        ConcurrentMap.map(
            open,
            deep ? READS_AT_ONCE : HEADS_AT_ONCE,
            "audit",
            listed -> auditor.audit(listed.claim()));
    asked.forEachRemaining(found::add);
    return List.of(found.finish()).iterator();
  }

  /** What a task has found so far; used by the task's own thread. */
  private final class Found {
    private final TaskFiles files;
    private final AuditTotals.Counter totals = new AuditTotals.Counter();
    private final PriorityQueue<AuditedContent> problems = new PriorityQueue<>(IN_ORDER.reversed());

    Found(TaskFiles files) {
      this.files = files;
    }

    /** Adds a content that the listings prove; returns whether they do. */
    boolean isProved(ListedClaim listed) {
      AuditedContent proved = listed.proved();
      if (proved != null) {
        add(proved);
      }
      return proved != null;
    }

    void add(AuditedContent content) {
      files.add(KIND, AuditedContent.CODEC, content, 0);
      totals.add(content);
      if (content.problem() != null) {
        problems.add(content);
        if (problems.size() > AuditSummary.EXAMPLES) {
          problems.remove();
        }
      }
      count(content);
    }

    private void count(AuditedContent content) {
      progress.count(content.rows());
      if (deep) {
        boolean read = content.proof() != null && content.foundSize() != null;
        progress.countBytes(read ? content.foundSize() : 0);
        long claimed = content.size() == null ? 0 : content.size();
        progress.passOver(claimed * (content.rows() - (read ? 1 : 0)));
      }
    }

    Part finish() {
      return new Part(files.finish(), totals.totals(), List.copyOf(problems));
    }
  }
}
