package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.manifest.AmaState.Kind;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.SharedConfiguration;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The joins of AMA's documents, compared with maps in memory. */
@Tag("spark")
class AmaManifestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some end as keys of the joins do, some begin like others. */
  private static final List<String> NAMES =
      List.of(
          "a", "a\0", "a\0\1", "a\0\2", "a\1", "a\1\1", "a\1\2", "a\1\3", "a\1\4", "a\1\4a", "a/b",
          "a/b/c", "a\ud800", "\ufffd", "é/ü", "");

  /** States by version: no two are the same. */
  private static final List<String> OF_CONTENTS = List.of("pending", "staging");

  private static final List<String> OF_PATHS = List.of("staged", "committing");

  @TempDir private Path folder;

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private final ManifestRules rules =
      new ManifestRules(
          new ManifestSettings(List.of(), 1 << 20),
          null,
          new SharedConfiguration(new Configuration()),
          new TaskProgress(spark.sc(), "read", "rows"));
  private final Random random = new Random(7);

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void read_versionsWithHostileNames_areJoinedAsMapsWould(int tasks) throws IOException {
    List<String> manifests = new ArrayList<>();
    for (int version = 0; version < OF_PATHS.size(); version++) {
      manifests.add(write(version));
    }
    Path stats = root().resolve(".asset/file_stats.json");
    Files.writeString(stats, "{\"stats\": " + members(this::stats) + "}");
    List<ManifestFile> files = ManifestFiles.find(manifests, true, new Configuration());

    List<ManifestRow> rows =
        new AmaManifests(spark, rules, tasks)
            .read(files).map(ManifestRow.CODEC::toRow).collect().stream()
                .map(ManifestRow.CODEC::fromRow)
                .toList();

    List<ManifestRow> expected = new ArrayList<>();
    for (String manifest : manifests) {
      expected.addAll(inMemory(manifest, stats));
    }
    assertThat(sorted(rows)).isEqualTo(sorted(expected));
    assertThat(rows).anyMatch(ManifestRow::added);
    assertThat(rows).anyMatch(row -> !row.added() && row.fault() == null);
    assertThat(rows)
        .extracting(ManifestRow::fault)
        .anyMatch(fault -> fault != null && fault.contains("object_states has "))
        .anyMatch(fault -> fault != null && fault.contains("content_states has "))
        .anyMatch(fault -> fault != null && fault.contains("file_stats.json: it has "));
  }

  private static List<ManifestRow> sorted(List<ManifestRow> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparing(ManifestRow::manifestFile)
                .thenComparing(ManifestRow::manifestPosition))
        .toList();
  }

  private static Path local(String file) {
    return Path.of(file.substring("file:".length()));
  }

  private List<ManifestRow> inMemory(String manifest, Path statsFile) throws IOException {
    AmaLocations locations = AmaLocations.of(manifest);
    AmaHeader header = AmaHeader.read(locations, Files.newInputStream(local(manifest)));
    List<AmaState> states =
        all(AmaState.read("states", Files.newInputStream(local(locations.states()))));
    Map<String, AmaState> ofContents = byName(states, Kind.CONTENT);
    Map<String, AmaState> ofObjects = byName(states, Kind.OBJECT);
    Map<String, AmaFileStats> stats =
        merged(
            all(AmaFileStats.read("stats", Files.newInputStream(statsFile))),
            AmaFileStats::path,
            (one, other) -> one.twice());
    AmaRows rows = new AmaRows(rules.fields(FolderColumns.NONE));
    return all(AmaObject.read(manifest, Files.newInputStream(local(manifest)))).stream()
        .map(
            object ->
                rows.join(
                    header,
                    object,
                    ofContents.get(object.contentId()),
                    ofObjects.get(object.path()),
                    stats.get(object.path())))
        .toList();
  }

  private static Map<String, AmaState> byName(List<AmaState> states, Kind kind) {
    return merged(
        states.stream().filter(state -> state.kind() == kind).toList(),
        AmaState::key,
        (one, other) -> one.twice());
  }

  private static <T> Map<String, T> merged(
      List<T> elements, Function<T, String> name, BinaryOperator<T> twice) {
    Map<String, T> merged = new HashMap<>();
    elements.forEach(element -> merged.merge(name.apply(element), element, twice));
    return merged;
  }

  private static <T> List<T> all(Iterator<T> elements) {
    List<T> all = new ArrayList<>();
    elements.forEachRemaining(all::add);
    return all;
  }

  private Path root() {
    return folder.resolve("root");
  }

  /** Writes a manifest with objects of any names and contents, and its states. */
  private String write(int version) throws IOException {
    Path manifest = root().resolve(".asset/manifests/asset/" + version + ".json");
    Path states = root().resolve(".asset/states/asset/" + version + ".json");
    Files.createDirectories(manifest.getParent());
    Files.createDirectories(states.getParent());
    String objects =
        IntStream.range(0, 100).mapToObj(i -> object()).collect(Collectors.joining(",\n"));
    Files.writeString(
        manifest, "{\"id\": \"asset\", \"top_hash\": \"t\", \"objects\": [" + objects + "]}");
    Files.writeString(
        states,
        "{\"content_states\": %s, \"object_states\": %s}"
            .formatted(
                members(name -> pair(content(name), OF_CONTENTS.get(version))),
                members(name -> pair(name, OF_PATHS.get(version)))));
    return "file:" + manifest;
  }

  private String object() {
    String content = content(any());
    if (random.nextInt(20) == 0) {
      return "{\"id\": 7, \"content\": {}}";
    }
    return "{\"id\": %s, \"content\": {\"id\": %s, \"size\": 5}}"
        .formatted(json(content + "::" + any()), json(content));
  }

  /** Every other one is what it should be. */
  private static String content(String name) {
    int number = NAMES.indexOf(name);
    String md5 = "md5_" + "ABCDEFGHIJKLMNOP".charAt(number) + "UFAKrxLKna5cZ2REBfFkg==";
    return "s3:" + md5 + (number % 2 == 0 ? "" : name);
  }

  private String any() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private String stats(String name) {
    return json(name)
        + ": {\"content_time\": 1.5, \"metadata_time\": 2.5, \"num_links\": 1, \"inode\": 4,"
        + " \"size\": "
        + random.nextInt(9)
        + "}";
  }

  private static String pair(String name, String value) {
    return json(name) + ": " + json(value);
  }

  /** Makes an object of some of the names, some of them twice. */
  private String members(Function<String, @Nullable String> member) {
    List<String> members = new ArrayList<>();
    for (String name : NAMES) {
      for (int times = List.of(0, 1, 1, 2).get(random.nextInt(4)); times > 0; times--) {
        members.add(member.apply(name));
      }
    }
    return "{" + String.join(", ", members) + "}";
  }

  private static String json(String text) {
    try {
      return JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
