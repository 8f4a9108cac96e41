package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmaRowsTest {
  private static final String CONTENT_ID = "s3:md5_XUFAKrxLKna5cZ2REBfFkg==";
  private static final AmaHeader HEADER =
      new AmaHeader("/r/.asset/manifests/id/0.json", "/r", "asset", "class", "top");
  private static final AmaFileStats STATS = new AmaFileStats("a.txt", 1.5, 2.5, 1L, -1L, 5L, null);
  private static final AmaRows ROWS =
      new AmaRows(new ManifestFields(null, List.of(), FolderColumns.NONE));

  private static AmaObject object(String contentId, String path, boolean proxy, boolean sourced) {
    return new AmaObject(
        3, contentId, path, "text/plain", "u", "t", 7L, proxy, sourced, null, false);
  }

  private static AmaState state(AmaState.Kind kind, String state) {
    return new AmaState(kind, "key", state, null);
  }

  private static ManifestRow join(
      AmaObject object,
      @Nullable String contentState,
      @Nullable String objectState,
      @Nullable AmaFileStats stats) {
    return ROWS.join(
        HEADER,
        object,
        contentState == null ? null : state(AmaState.Kind.CONTENT, contentState),
        objectState == null ? null : state(AmaState.Kind.OBJECT, objectState),
        stats);
  }

  @Test
  void join_added_carriesEverythingOver() {
    assertThat(join(object(CONTENT_ID, "a.txt", false, false), "pending", null, STATS))
        .isEqualTo(
            new ManifestRow(
                "/r/.asset/manifests/id/0.json",
                3,
                null,
                false,
                null,
                false,
                "top",
                "/r",
                "a.txt",
                "pending",
                5L,
                null,
                null,
                1.5,
                2.5,
                1L,
                -1L,
                "5d41402abc4b2a76b9719d911017c592",
                "class",
                "asset",
                CONTENT_ID,
                "text/plain",
                "u",
                "t"));
  }

  @ParameterizedTest
  @CsvSource({
    "pending, committed, pending, true",
    "committed, pending, committed, false",
    ", pending, pending, true",
    ", committed, committed, false",
    "staging, , staging, true",
    "staged, , staged, false",
    ", , , false",
  })
  void join_states_contentsBeforeObjects(
      @Nullable String contentState,
      @Nullable String objectState,
      @Nullable String state,
      boolean added) {
    assertThat(join(object(CONTENT_ID, "a.txt", false, false), contentState, objectState, STATS))
        .returns(null, ManifestRow::fault)
        .returns(state, ManifestRow::state)
        .returns(added, ManifestRow::added);
  }

  @Test
  void join_noState_cameWithTheAsset() {
    assertThat(join(object(CONTENT_ID, "a.txt", false, false), null, null, null))
        .returns(null, ManifestRow::fault)
        .returns("it has no stored state: it came with the asset", ManifestRow::notAddedReason)
        .returns(7L, ManifestRow::storedSize);
  }

  @Test
  void join_proxy_isNotAdded() {
    assertThat(join(object(CONTENT_ID, "a.txt", true, false), "pending", null, null))
        .returns(null, ManifestRow::fault)
        .returns("a proxy: someone else stores its content", ManifestRow::notAddedReason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs:crc32c_AAAA", "s3:etag_abc-5", "x", "s3:", "md5"})
  void join_contentWithoutMd5_isNotAddedWithDetail(String contentId) {
    assertThat(join(object(contentId, "a.txt", false, false), "pending", null, STATS))
        .returns(null, ManifestRow::fault)
        .returns(null, ManifestRow::storedMd5)
        .extracting(ManifestRow::notAddedReason)
        .asString()
        .startsWith("its content has no MD5: '");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:md5_", "s3:md5_xyz", "s3:md5_XUFAKrxLKna5cZ2REBfFkh=="})
  void join_contentWithABadMd5_isFault(String contentId) {
    assertThat(join(object(contentId, "a.txt", false, false), "pending", null, STATS).fault())
        .startsWith("'md5': '");
  }

  @Test
  void join_addedWithoutStats_isFault() {
    assertThat(join(object(CONTENT_ID, "a.txt", false, false), "pending", null, null))
        .returns("file_stats.json has no entry for the path", ManifestRow::fault)
        .returns("a.txt", ManifestRow::path)
        .returns("asset", ManifestRow::asset);
  }

  @Test
  void join_sourced_isPassedOn() {
    assertThat(join(object(CONTENT_ID, "a.txt", false, true), "pending", null, STATS))
        .returns(true, ManifestRow::sourced)
        .returns(true, ManifestRow::added);
    assertThat(join(object(CONTENT_ID, "a.txt", false, true), "pending", null, null))
        .returns(null, ManifestRow::fault)
        .extracting(ManifestRow::notAddedReason)
        .asString()
        .contains("meta.src");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'path' names no file: ''",
    "/a, 'path' must be relative",
    "../a, 'path' must have no '..'",
    "a/../../b, 'path' must have no '..'",
  })
  void join_badPath_isFault(String path, String expected) {
    String quoted = expected.replace("''", "'");
    assertThat(join(object(CONTENT_ID, path, false, false), "pending", null, STATS).fault())
        .contains(quoted);
  }

  @Test
  void join_pathToNormalise_isNormalised() {
    assertThat(join(object(CONTENT_ID, "./a//é.txt", false, false), "pending", null, STATS).path())
        .isEqualTo("a/é.txt");
  }

  @Test
  void join_unknownState_isFault() {
    assertThat(join(object(CONTENT_ID, "a", false, false), "new", null, STATS).fault())
        .contains("'state' must be one of");
  }

  @Test
  void join_faultOfAnyPart_isAFaultOfTheRow() {
    AmaObject good = object(CONTENT_ID, "a.txt", false, false);
    AmaObject bad =
        new AmaObject(3, null, null, null, "u", null, null, false, false, "bad object", false);
    AmaState badState = new AmaState(AmaState.Kind.CONTENT, "k", null, "bad state");
    AmaState goodState = state(AmaState.Kind.OBJECT, "pending");
    AmaFileStats badStats = STATS.twice();

    assertThat(ROWS.join(HEADER, bad, null, null, null))
        .returns("bad object", ManifestRow::fault)
        .returns(3L, ManifestRow::manifestPosition)
        .returns("u", ManifestRow::createdBy)
        .returns(null, ManifestRow::notAddedReason);
    assertThat(ROWS.join(HEADER, good, badState, goodState, STATS).fault()).isEqualTo("bad state");
    assertThat(ROWS.join(HEADER, good, null, goodState, badStats).fault())
        .isEqualTo("file_stats.json: it has 'a.txt' twice");
  }

  @Test
  void join_nameThatIsNoUnicode_isUnrepresentable() {
    AmaObject object =
        new AmaObject(
            3, CONTENT_ID, "a\\udcff", null, null, null, null, false, false, "no Unicode", true);

    assertThat(join(object, "pending", null, STATS))
        .returns(true, ManifestRow::unrepresentable)
        .returns("no Unicode", ManifestRow::fault)
        .returns("a\\udcff", ManifestRow::path);
  }

  @Test
  void join_allowedRoots_count() {
    AmaRows rows = new AmaRows(new ManifestFields(null, List.of("/srv"), FolderColumns.NONE));

    assertThat(
            rows.join(
                    HEADER,
                    object(CONTENT_ID, "a", false, false),
                    null,
                    state(AmaState.Kind.OBJECT, "pending"),
                    STATS)
                .fault())
        .contains("not below one of manifest.allowed-roots");
  }

  @Test
  void join_sampleRepo_givesItsSixRows() throws IOException {
    Path repo = Path.of("src/test/resources/samples/ama").toAbsolutePath();
    AmaLocations locations =
        AmaLocations.of(repo + "/.asset/manifests/916c3b84-e8c4-5b64-821d-2063c1dbe598/0.0.0.json");

    Map<String, ManifestRow> rows = joinRepo(locations);

    assertThat(rows)
        .containsOnlyKeys(
            "a.txt",
            "b.txt",
            "empty.bin",
            "outputs/summary.json",
            "outputs/weights.bin",
            "données/é.txt");
    assertThat(rows.values())
        .allSatisfy(
            row ->
                assertThat(row)
                    .returns(null, ManifestRow::fault)
                    .returns(repo.toString(), ManifestRow::root)
                    .returns("960f5d6e-0000-4000-8000-000000000c56", ManifestRow::topHash)
                    .returns("960f5d6e-0000-4000-8000-000000000c56", ManifestRow::classId)
                    .returns("916c3b84-e8c4-5b64-821d-2063c1dbe598", ManifestRow::asset)
                    .returns(!row.path().equals("outputs/summary.json"), ManifestRow::added));
    assertThat(rows.get("données/é.txt"))
        .returns(6L, ManifestRow::storedSize)
        .returns(2156765L, ManifestRow::storedInode)
        .returns(1795362024.5599186, ManifestRow::storedMtimeSeconds)
        .returns("6e99834b7c3e3fd53529a5489725d7e8", ManifestRow::storedMd5);
    assertThat(rows.get("outputs/summary.json").notAddedReason())
        .isEqualTo("its state is committed");
  }

  private static Map<String, ManifestRow> joinRepo(AmaLocations locations) throws IOException {
    AmaHeader header;
    try (InputStream in = Files.newInputStream(Path.of(locations.manifest()))) {
      header = AmaHeader.read(locations, in);
    }
    Map<AmaState.Kind, Map<String, AmaState>> states = new HashMap<>();
    try (AmaReader<AmaState> reader =
        AmaState.read(locations.states(), Files.newInputStream(Path.of(locations.states())))) {
      reader.forEachRemaining(
          state ->
              states
                  .computeIfAbsent(state.kind(), kind -> new HashMap<>())
                  .merge(state.key(), state, (one, other) -> one.twice()));
    }
    Map<String, AmaFileStats> stats = new HashMap<>();
    try (AmaReader<AmaFileStats> reader =
        AmaFileStats.read(
            locations.fileStats(), Files.newInputStream(Path.of(locations.fileStats())))) {
      reader.forEachRemaining(
          entry -> stats.merge(entry.path(), entry, (one, other) -> one.twice()));
    }
    Map<String, ManifestRow> rows = new LinkedHashMap<>();
    try (AmaReader<AmaObject> reader =
        AmaObject.read(locations.manifest(), Files.newInputStream(Path.of(locations.manifest())))) {
      reader.forEachRemaining(
          object ->
              rows.put(
                  object.path(),
                  ROWS.join(
                      header,
                      object,
                      states.get(AmaState.Kind.CONTENT).get(object.contentId()),
                      states.get(AmaState.Kind.OBJECT).get(object.path()),
                      stats.get(object.path()))));
    }
    return rows;
  }
}
