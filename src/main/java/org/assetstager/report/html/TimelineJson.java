package org.assetstager.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.RunReport;

/** What the page draws of phases and tasks. Times are milliseconds since the driver's start. */
final class TimelineJson {
  private static final double MILLIS = 1000;

  private TimelineJson() {}

  static void write(Page page, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("phases");
    for (RunReport.Phase phase : page.report().phases()) {
      json.writeStartObject();
      json.writeStringField("name", phase.name());
      json.writeNumberField("seconds", phase.seconds());
      json.writeNumberField("files", phase.files());
      json.writeNumberField("bytes", phase.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("attempts");
    for (Attempt attempt : page.drawn()) {
      write(attempt, json);
    }
    json.writeEndArray();
  }

  private static void write(Attempt attempt, JsonGenerator json) throws IOException {
    Timeline timeline = attempt.timeline();
    json.writeStartObject();
    json.writeNumberField("startedAt", timeline.startedAt());
    json.writeNumberField("endedAt", attempt.endedAt());
    json.writeNumberField("tasks", timeline.tasks());
    json.writeNumberField("failed", timeline.failed());
    json.writeArrayFieldStart("spans");
    for (Timeline.Span span : timeline.phases()) {
      json.writeStartArray();
      json.writeString(span.name());
      json.writeNumber(span.from());
      json.writeNumber(span.to());
      json.writeEndArray();
    }
    json.writeEndArray();
    writeExecutors(timeline, json);
    json.writeArrayFieldStart("sample");
    for (EndedTask task : timeline.sample()) {
      writeTask(timeline, task, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("stragglers");
    for (Timeline.Straggler straggler : timeline.stragglers()) {
      json.writeStartObject();
      json.writeStringField("phase", straggler.phase());
      json.writeNumberField("median", straggler.medianMillis() / MILLIS);
      json.writeFieldName("task");
      writeTask(timeline, straggler.task(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    writeThroughput(timeline, json);
    json.writeEndObject();
  }

  private static void writeExecutors(Timeline timeline, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("executors");
    for (Timeline.Executor executor : timeline.executors()) {
      json.writeStartObject();
      json.writeStringField("id", VisibleText.of(executor.id()));
      json.writeStringField("host", VisibleText.of(executor.host()));
      json.writeNumberField("tasks", executor.tasks());
      json.writeNumberField("failed", executor.failed());
      json.writeNumberField("busy", executor.busyMillis() / MILLIS);
      json.writeNumberField("bytes", executor.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** As an array: executor, start, end, stage, index, attempt, failed, speculative, bytes. */
  private static void writeTask(Timeline timeline, EndedTask task, JsonGenerator json)
      throws IOException {
    json.writeStartArray();
    json.writeString(VisibleText.of(task.executor()));
    json.writeNumber(task.startedAt() - timeline.startedAt());
    json.writeNumber(task.endedAt() - timeline.startedAt());
    json.writeNumber(task.stage());
    json.writeNumber(task.index());
    json.writeNumber(task.attempt());
    json.writeNumber(task.failed() ? 1 : 0);
    json.writeNumber(task.speculative() ? 1 : 0);
    json.writeNumber(task.bytes());
    json.writeEndArray();
  }

  private static void writeThroughput(Timeline timeline, JsonGenerator json) throws IOException {
    json.writeNumberField("bucketSeconds", timeline.bucketMillis() / MILLIS);
    json.writeObjectFieldStart("throughput");
    for (Map.Entry<String, List<Long>> phase : timeline.throughput().entrySet()) {
      json.writeArrayFieldStart(phase.getKey());
      for (long bytes : phase.getValue()) {
        json.writeNumber(bytes);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
