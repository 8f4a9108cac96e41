package org.assetstager.catalog;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.assetstager.run.StepFile;
import org.assetstager.s3.Side;
import org.assetstager.spark.ConcurrentMap;

/** Asks staging, and then the remote, for single contents, which are given as texts. */
record AskContents(Sides sides, Asked asked, int firstNumber)
    implements FlatMapFunction<Iterator<String>, StepFile> {
  /**
   * Asks for contents, each once.
   *
   * @param contents with repetitions
   * @param tasks how many tasks share the requests
   */
  static JavaRDD<StepFile> ask(
      JavaRDD<ContentName> contents, Sides sides, Asked asked, int firstNumber, int tasks) {
    return contents
        .filter(new IsAsked(asked))
        .map(new ToText())
        .distinct(tasks)
        .mapPartitions(new AskContents(sides, asked, firstNumber));
  }

  @Override
  public Iterator<StepFile> call(Iterator<String> contents) {
    try (Sides.Files files = sides.filesOfTask(firstNumber)) {
      Iterator<Map<Side, KnownContent>> answers =
          ConcurrentMap.map(
              contents, Sides.REQUESTS_AT_ONCE, "ask", text -> ask(ContentName.parse(text)));
      while (answers.hasNext()) {
        answers.next().forEach(files::add);
      }
      return files.finish().iterator();
    }
  }

  private Map<Side, KnownContent> ask(ContentName content) {
    Map<Side, KnownContent> known = new EnumMap<>(Side.class);
    for (Side side : Sides.IN_ORDER) {
      if (asked.holds(side, content)) {
        content
            .ask(sides.reader(side), sides.contents(side))
            .ifPresent(found -> known.put(side, found));
        sides.progress().count(1);
      }
    }
    return known;
  }

  /** Keeps the contents that the job asks a side for. */
  private record IsAsked(Asked asked) implements Function<ContentName, Boolean> {
    @Override
    public Boolean call(ContentName content) {
      return asked.holds(content);
    }
  }

  /** Makes strings, which cross a shuffle with any serializer. */
  private record ToText() implements Function<ContentName, String> {
    @Override
    public String call(ContentName content) {
      return content.toText();
    }
  }
}
