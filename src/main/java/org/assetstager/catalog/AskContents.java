package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import com.google.common.collect.Iterators;
import org.assetstager.catalog.Sides.Held;
import org.assetstager.run.StepFile;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.S3Failure;
import org.assetstager.spark.ConcurrentMap;

/** Asks for single contents, of staging and then of the remote. */
final class AskContents implements FlatMapFunction<Iterator<ContentName>, StepFile> {
  /** Equal contents mostly follow closely; one that is asked for again costs a request. */
  private static final int MOST_REMEMBERED = 100_000;

  private final Sides sides;
  private final Map<Side, Set<String>> namespaces;
  private final int firstNumber;

  /**
   * Takes what the contents have in common.
   *
   * @param namespaces whose contents each side is asked for; a side that isn't there is asked for
   *     none
   */
  AskContents(Sides sides, Map<Side, Set<String>> namespaces, int firstNumber) {
    this.sides = sides;
    this.namespaces = namespaces;
    this.firstNumber = firstNumber;
  }

  @Override
  public Iterator<StepFile> call(Iterator<ContentName> contents) {
    sides.requests().addWhenTaskEnds();
    Iterator<ContentName> once = Iterators.filter(contents, new Remembered()::isNew);
    Iterator<List<Held>> answers =
        ConcurrentMap.map(once, Sides.REQUESTS_AT_ONCE, "ask", this::ask);
    try (Sides.Files files = sides.new Files(firstNumber + TaskContext.get().partitionId())) {
      while (answers.hasNext()) {
        answers.next().forEach(files::add);
      }
      return files.finish().iterator();
    }
  }

  private boolean isAsked(Side side, ContentName content) {
    Set<String> of = namespaces.get(side);
    return of != null && of.contains(content.topHash());
  }

  private List<Held> ask(ContentName content) {
    List<Held> held = new ArrayList<>();
    for (Side side : Sides.IN_ORDER) {
      if (isAsked(side, content)) {
        head(side, content).ifPresent(known -> held.add(new Held(side, known)));
        sides.progress().count(1);
      }
    }
    return held;
  }

  private Optional<KnownContent> head(Side side, ContentName content) {
    try {
      return sides.reader(side)
          .head(content.keyBelow(sides.contents(side)))
          .map(
              facts ->
                  new KnownContent(
                      content.topHash(), content.md5(), facts.size(), facts.etag()));
    } catch (S3Failure failure) {
      // What a side holds must be known before anything is uploaded.
      throw failure.toJobFailure();
    }
  }

  private final class Remembered {
    private final Map<ContentName, Boolean> contents =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ContentName, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
          }
        };

    boolean isNew(ContentName content) {
      boolean asked = isAsked(Side.STAGING, content) || isAsked(Side.REMOTE, content);
      return asked && contents.put(content, true) == null;
    }
  }
}
