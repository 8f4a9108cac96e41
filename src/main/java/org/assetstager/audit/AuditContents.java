package org.assetstager.audit;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.MinMaxPriorityQueue;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.catalog.ContentName;
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
record AuditContents(
    Settings settings,
    AuditScope scope,
    StepOutput output,
    RequestTotals requests,
    TaskProgress progress)
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

  private static <T extends Comparable<T>> Comparator<@Nullable T> nullsFirst() {
    return Comparator.nullsFirst(Comparator.naturalOrder());
  }

  /**
   * The result of a task.
   *
   * @param files of {@link AuditedContent}
   * @param problems the first by namespace and MD5
   * @param seenBefore rows whose contents an earlier audit has seen
   * @param isStopped whether the time was over before all contents were looked at
   * @param ahead one of the contents that are left then, or null
   */
  record Part(
      List<StepFile> files,
      AuditTotals totals,
      List<AuditedContent> problems,
      long seenBefore,
      boolean isStopped,
      @Nullable ContentName ahead)
      implements Serializable {
    static final Part NONE = new Part(List.of(), AuditTotals.NONE, List.of(), 0, false, null);

    /** Returns both together. */
    Part plus(Part other) {
      return new Part(
          Stream.concat(files.stream(), other.files.stream()).toList(),
          totals.plus(other.totals),
          Stream.concat(problems.stream(), other.problems.stream())
              .sorted(IN_ORDER)
              .limit(AuditSummary.EXAMPLES)
              .toList(),
          seenBefore + other.seenBefore,
          isStopped || other.isStopped,
          ahead == null ? other.ahead : ahead);
    }
  }

  @Override
  public Iterator<Part> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    requests.addWhenTaskEnds();
    ContentAuditor auditor = new ContentAuditor(settings, scope);
    Found found = new Found(TaskFiles.ofTask(output, ROWS));
    ListedClaims claims = new ListedClaims(sorted);
    Iterator<ListedClaim> open =
        Iterators.filter(inTime(claims), listed -> scope.deep() || !found.isProved(listed));
    Iterator<Optional<AuditedContent>> asked =
        ConcurrentMap.map(
            open,
            scope.deep() ? READS_AT_ONCE : HEADS_AT_ONCE,
            "audit",
            listed -> ask(auditor, listed.claim()));
    while (asked.hasNext()) {
      asked.next().ifPresentOrElse(found::add, found::giveUp);
    }
    return List.of(found.finish(claims)).iterator();
  }

  private Iterator<ListedClaim> inTime(ListedClaims claims) {
    return new AbstractIterator<>() {
      @Override
      protected @Nullable ListedClaim computeNext() {
        return scope.limit().isOver() || !claims.hasNext() ? endOfData() : claims.next();
      }
    };
  }

  /** Returns nothing where the time is over before there is an answer. */
  private Optional<AuditedContent> ask(ContentAuditor auditor, ClaimedContent claim) {
    try {
      return scope.limit().isOver() ? Optional.empty() : Optional.of(auditor.audit(claim));
    } catch (TimeLimit.OverException e) {
      return Optional.empty();
    }
  }

  /** What a task has found so far; used by the task's own thread. */
  private final class Found {
    private final TaskFiles files;
    private final AuditTotals.Counter totals = new AuditTotals.Counter();
    private final Queue<AuditedContent> problems =
        MinMaxPriorityQueue.orderedBy(IN_ORDER).maximumSize(AuditSummary.EXAMPLES).create();
    private boolean gaveUp;

    Found(TaskFiles files) {
      this.files = files;
    }

    /** Adds a content that the listings prove; returns whether they do. */
    boolean isProved(ListedClaim listed) {
      AuditedContent proved =
          scope.wanted() == null ? listed.proved() : listed.proved(scope.wanted());
      if (proved != null) {
        add(proved);
      }
      return proved != null;
    }

    void giveUp() {
      gaveUp = true;
    }

    void add(AuditedContent content) {
      files.addRow(KIND, AuditedContent.CODEC, content);
      totals.add(content);
      if (content.problem() != null) {
        problems.add(content);
      }
      count(content);
    }

    private void count(AuditedContent content) {
      progress.count(content.rows());
      if (scope.deep()) {
        boolean read = content.proof() != null && content.foundSize() != null;
        progress.countBytes(read ? content.foundSize() : 0);
        long claimed = content.size() == null ? 0 : content.size();
        progress.passOver(claimed * (content.rows() - (read ? 1 : 0)));
      }
    }

    Part finish(ListedClaims claims) {
      boolean isLeft = claims.hasNext();
      return new Part(
          files.finish(),
          totals.totals(),
          List.copyOf(problems),
          claims.passedOver(),
          gaveUp || isLeft,
          claims.ahead());
    }
  }
}
