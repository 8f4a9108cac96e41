package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.Md5;
import org.assetstager.manifest.ListFormat;
import org.assetstager.progress.Phases;
import org.assetstager.progress.ProgressMode;
import org.assetstager.snapshot.SnapshotRequest.ListOption;
import org.assetstager.testing.StartedAt;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;

/** A root and the snapshots that are made of it, in folders beside it. */
final class SnapshotFixture {
  final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  final Path folder;
  final Path root;

  SnapshotFixture(Path folder) throws IOException {
    this.folder = folder;
    this.root = Files.createDirectory(folder.resolve("root"));
  }

  /** What a snapshot has written. */
  record Taken(SnapshotResult result, Path out) {
    Map<String, JsonNode> rows() throws IOException {
      Map<String, JsonNode> rows = new TreeMap<>();
      for (JsonNode row : lines(out)) {
        assertThat(rows.put(row.get("path").textValue(), row)).as("twice: " + row).isNull();
      }
      return rows;
    }

    /** Lets the snapshot have begun long after its files were written. */
    Taken later() throws IOException {
      StartedAt.later(out.resolve("_snapshot"));
      return this;
    }

    /** Returns the MD5s by path; null where a row has none. */
    Map<String, @Nullable String> md5s() throws IOException {
      Map<String, @Nullable String> md5s = new TreeMap<>();
      rows().forEach((path, row) -> md5s.put(path, row.path("md5").textValue()));
      return md5s;
    }

    /** Returns what was skipped, with its reason: one of them where a path is there twice. */
    Map<String, String> skipped() throws IOException {
      Map<String, String> skipped = new TreeMap<>();
      for (JsonNode line : lines(out.resolve(SnapshotResult.SKIPPED_FOLDER))) {
        skipped.put(line.get("path").textValue(), line.get("reason").textValue());
      }
      return skipped;
    }
  }

  Path out(String name) {
    return folder.resolve(name);
  }

  SnapshotRequest request(
      String out, List<String> since, @Nullable ListOption list, boolean hashed) {
    return new SnapshotRequest(
        root.toString(), "top", out(out).toString(), null, null, since, list, hashed);
  }

  Taken take(String out, Path... since) {
    return take(request(out, Stream.of(since).map(Path::toString).toList(), null, true));
  }

  Taken takeListed(String out, Path list, ListFormat format) {
    return take(request(out, List.of(), new ListOption(list.toString(), format), true));
  }

  Taken take(SnapshotRequest request) {
    return take(request, false);
  }

  Taken take(SnapshotRequest request, boolean resume) {
    Phases phases = new Phases(spark.sc(), ProgressMode.NONE, null, null, null);
    return new Taken(SnapshotJob.run(spark, request, resume, phases), Path.of(request.out()));
  }

  /** Writes a file beside the root. */
  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  static String md5(String text) {
    return HexFormat.of().formatHex(Md5.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<JsonNode> lines(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    List<JsonNode> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(file)) {
          rows.add(new ObjectMapper().readTree(line));
        }
      }
    }
    return rows;
  }
}
