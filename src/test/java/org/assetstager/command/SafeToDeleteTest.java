package org.assetstager.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.OpenedNames;
import org.assetstager.testing.StartedAt;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@net.jqwik.api.Tag("server")
@net.jqwik.api.Tag("spark")
@Tag("server")
@Tag("spark")
@Tag("process")
class SafeToDeleteTest {
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private @TempDir Path folder;

  /** A staged asset whose contents the server has moved to the remote. */
  private static final class Moved {
    final EmbeddedS3 server;
    final String prefix;
    final Path folder;
    final SubmittedAsset asset;
    final Map<String, byte[]> contents = new LinkedHashMap<>();
    String config = "";

    Moved(EmbeddedS3 server, String prefix, Path folder) throws IOException {
      this.server = server;
      this.prefix = prefix;
      this.folder = folder.toRealPath();
      this.asset = new SubmittedAsset(this.folder);
    }

    Moved add(String path, String content) {
      asset.addWithMd5(path, content.getBytes(UTF_8));
      contents.put(path, content.getBytes(UTF_8));
      return this;
    }

    Moved stage(String more) throws IOException {
      config = asset.config(server, prefix, server.endpoint(), asset.ledgerPath(), more);
      Ran staged =
          Commands.run(
              "stage", "--config", config, "--manifest", asset.manifestFile(), "--run-id", "r");
      assertThat(staged.exitCode()).as(staged.err()).isZero();
      StartedAt.later(run());
      return this;
    }

    Moved move() {
      contents.values().forEach(bytes -> server.put(EmbeddedS3.REMOTE, key(bytes), bytes));
      contents.values().forEach(bytes -> server.delete(EmbeddedS3.STAGING, key(bytes)));
      return this;
    }

    String key(byte[] content) {
      return prefix + "contents/h1/" + new FileId(Md5.parse(EmbeddedS3.md5Hex(content)));
    }

    String key(String path) {
      return key(contents.get(path));
    }

    Path run() {
      return folder.resolve("ledger/run_id=r");
    }

    Ran audit(String... more) {
      return Commands.run(
          Stream.concat(
                  Stream.of(
                      "audit", "--run", run().toString(), "--config", config, "--safe-to-delete"),
                  Stream.of(more))
              .toArray(String[]::new));
    }

    JsonNode report() throws IOException {
      try (Stream<Path> audits = Files.list(run().resolve("audits"))) {
        Path last =
            audits
                .map(audit -> audit.resolve("audit.json"))
                .max(Comparator.comparing(file -> file.toFile().lastModified()))
                .orElseThrow();
        try (Stream<Path> left = Files.walk(last.resolveSibling("steps"))) {
          assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        return new ObjectMapper().readTree(Files.readString(last));
      }
    }

    List<String> paths(String... names) {
      return Arrays.stream(names).map(name -> asset.file(name).toString()).toList();
    }
  }

  private static List<String> listed(Ran ran) {
    assertThat(ran.out())
        .satisfiesAnyOf(out -> assertThat(out).isEmpty(), out -> assertThat(out).endsWith("\0"));
    return ran.out().isEmpty() ? List.of() : List.of(ran.out().split("\0"));
  }

  private static JsonNode kept(Moved moved) throws IOException {
    return moved.report().get("safe_to_delete").get("kept");
  }

  @Test
  void audit_badRowWhoseRootIsNoPath_listsTheOthers() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "a").stage("").move();
    RunFolder run = new RunFolder(moved.run().toUri().toString(), new Configuration(false));
    RunFolder altered =
        new RunFolder(folder.resolve("altered").toUri().toString(), new Configuration(false));
    WrittenLedger.altered(
            run,
            altered,
            row ->
                WrittenLedger.with(
                    WrittenLedger.with(row, "outcome", "INVALID"), "root", "/no\u0000path"))
        .run();

    Ran ran = moved.audit();

    assertThat(ran.err()).doesNotContain("InvalidPath", "--debug");
    assertThat(listed(ran)).isEmpty();
  }

  /** A store for rehearsals may hold the same. */
  @Test
  void audit_otherServerThanTheRuns_isRefused() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "a").stage("").move();
    try (FaultyS3 other = new FaultyS3(server, FaultyS3.Request::forward)) {
      Ran ran = moved.audit("--set", "remote.endpoint=\"" + other.endpoint() + '"');

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("The run staged with remote.endpoint = ", "name the new run");
    }
    assertThat(listed(moved.audit())).containsExactlyElementsOf(moved.paths("a"));
  }

  /** What may happen to a file or its object, and how the audit calls it. */
  enum Fate {
    NONE(null),
    CHANGED("ALTERED"),
    SAME_SIZE_AND_TIME("ALTERED"),
    TOUCHED("ALTERED"),
    COPIED("ALTERED"),
    HARD_LINKED("ALTERED"),
    RENAMED("GONE"),
    DELETED("GONE"),
    DIRECTORY_IN_ITS_PLACE("GONE"),
    LINK_IN_ITS_PLACE("LINKED"),
    LINK_IN_ITS_DIRECTORYS_PLACE("LINKED"),
    OBJECT_DELETED("NOT_THERE"),
    OBJECT_REPLACED("OTHER_CONTENT"),
    OBJECT_OF_SAME_SIZE("OTHER_CONTENT");

    final String kept;

    Fate(String kept) {
      this.kept = kept;
    }

    void happen(Moved moved, String path) throws IOException {
      Path file = moved.asset.file(path);
      Path aside = moved.folder.resolve("aside-" + file.getParent().getFileName());
      FileTime time = Files.getLastModifiedTime(file);
      switch (this) {
        case NONE -> {}
        case CHANGED -> Files.writeString(file, "other content, and longer");
        case SAME_SIZE_AND_TIME -> {
          Files.write(file, new byte[(int) Files.size(file)]);
          Files.setLastModifiedTime(file, time);
        }
        case TOUCHED -> Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        case COPIED -> {
          Files.copy(file, aside);
          Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
          Files.setLastModifiedTime(file, time);
        }
        case HARD_LINKED -> Files.createLink(aside, file);
        case RENAMED -> Files.move(file, aside);
        case DELETED -> Files.delete(file);
        case DIRECTORY_IN_ITS_PLACE -> {
          Files.delete(file);
          Files.createDirectory(file);
        }
        case LINK_IN_ITS_PLACE -> {
          Files.move(file, aside);
          Files.createSymbolicLink(file, aside);
        }
        case LINK_IN_ITS_DIRECTORYS_PLACE -> {
          Files.move(file.getParent(), aside);
          Files.createSymbolicLink(file.getParent(), aside);
        }
        case OBJECT_DELETED -> moved.server.delete(EmbeddedS3.REMOTE, moved.key(path));
        case OBJECT_REPLACED ->
            moved.server.put(EmbeddedS3.REMOTE, moved.key(path), "other".getBytes(UTF_8));
        case OBJECT_OF_SAME_SIZE ->
            moved.server.put(
                EmbeddedS3.REMOTE, moved.key(path), new byte[moved.contents.get(path).length]);
        default -> throw new IllegalStateException();
      }
    }
  }

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void list_anyFates_isExactlyTheRestAndEachCanBeFetchedAgain(
      @ForAll @Size(min = 4, max = 24) List<Fate> fates) throws IOException {
    Path temporary = Files.createTempDirectory("safe-to-delete");
    try {
      Moved moved = new Moved(server, EmbeddedS3.uniquePrefix(), temporary);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < fates.size(); i++) {
        names.add("d'" + i + "\n -x/f \"" + i + "\n");
        moved.add(names.get(i), "content " + i + " of some length");
      }
      moved.stage("").move();
      List<String> safe = new ArrayList<>();
      Map<String, Long> kept = new LinkedHashMap<>();
      for (int i = 0; i < fates.size(); i++) {
        fates.get(i).happen(moved, names.get(i));
        if (fates.get(i).kept == null) {
          safe.add(names.get(i));
        } else {
          kept.merge(fates.get(i).kept, 1L, Long::sum);
        }
      }

      Ran ran = moved.audit();

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(listed(ran))
          .containsExactlyInAnyOrderElementsOf(moved.paths(safe.toArray(String[]::new)));
      kept.forEach((reason, rows) -> assertThat(ran.err()).containsPattern(reason + " +" + rows));
      JsonNode report = moved.report();
      assertThat(report.get("safe_to_delete").get("files").asLong()).isEqualTo(safe.size());
      JsonNode reasons = kept(moved);
      reasons
          .fieldNames()
          .forEachRemaining(
              reason ->
                  assertThat(reasons.get(reason).get("rows").asLong())
                      .as(reason)
                      .isEqualTo(kept.getOrDefault(reason, 0L)));
      for (String name : safe) {
        Files.delete(moved.asset.file(name));
        assertThat(server.get(EmbeddedS3.REMOTE, moved.key(name)))
            .isEqualTo(moved.contents.get(name));
      }
    } finally {
      FileUtils.deleteDirectory(temporary.toFile());
    }
  }

  @Test
  void list_quiet_hasNothingElseAndAltersNoFile() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2").add("c", "3");
    moved.stage("").move();
    Files.writeString(moved.asset.file("c"), "altered");

    try (OpenedNames altered = OpenedNames.alteredIn(moved.asset.file("a").getParent())) {
      Ran ran = moved.audit("--quiet");

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(listed(ran)).containsExactlyInAnyOrderElementsOf(moved.paths("a", "b"));
      assertThat(ran.err()).isEmpty();
      assertThat(altered.soFar()).isEmpty();
    }
    assertThat(server.md5s(EmbeddedS3.REMOTE, prefix)).hasSize(3);
  }

  @Test
  void list_inABucket_isOfWhatItHolds() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2").add("c", "3");
    moved.stage("");
    server.put(EmbeddedS3.REMOTE, moved.key("b"), "2".getBytes(UTF_8));
    server.put(EmbeddedS3.REMOTE, moved.key("a"), "1".getBytes(UTF_8));
    server.put(EmbeddedS3.STAGING, moved.key("a"), "x".getBytes(UTF_8));

    requireListed(moved, "remote", "NOT_THERE", 1, "a", "b");
    requireListed(moved, "staging", "NOT_THERE", 0, "b", "c");
    requireListed(moved, "either", "NO_ANSWER", 0, "a", "b", "c");
  }

  private static void requireListed(
      Moved moved, String in, String keptFor, long kept, String... paths) throws IOException {
    Ran ran = moved.audit("--in", in);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).as(in).containsExactlyInAnyOrderElementsOf(moved.paths(paths));
    assertThat(moved.report().get("safe_to_delete").get("in").asText()).isEqualTo(in);
    assertThat(kept(moved).get(keptFor).get("rows").asLong()).as(in).isEqualTo(kept);
  }

  @Test
  void list_hardLinksAndRowsOfOnePath_areEachPathOnce() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2");
    Files.createLink(moved.asset.file("link"), moved.asset.file("a"));
    String md5 = EmbeddedS3.md5Hex("1".getBytes(UTF_8));
    moved.asset.addRow("link", md5).addRow("a", md5);
    moved.stage("").move();

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).containsExactlyInAnyOrderElementsOf(moved.paths("a", "b", "link"));
    assertThat(moved.report().get("safe_to_delete").get("rows").asLong()).isEqualTo(4);
  }

  @Test
  void list_pathThatAnotherAssetStillNeeds_isKept() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2");
    Path manifest = Path.of(moved.asset.manifestFile());
    String first = Files.readAllLines(manifest).get(0);
    Path both = folder.resolve("both.jsonl");
    Files.writeString(both, Files.readString(manifest) + first.replace("\"h1\"", "\"h2\"") + "\n");
    moved.config = moved.asset.config(server, prefix);
    Ran staged =
        Commands.run(
            "stage", "--config", moved.config, "--manifest", both.toString(), "--run-id", "r");
    assertThat(staged.exitCode()).as(staged.err()).isZero();
    StartedAt.later(moved.run());
    moved.move();

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).isEqualTo(moved.paths("b"));
    assertThat(kept(moved).get("OTHER_ROW").get("rows").asLong()).isEqualTo(1);
    assertThat(kept(moved).get("NOT_THERE").get("rows").asLong()).isEqualTo(1);
  }

  /** Whoever mends the row may need the file, whatever content it has. */
  @Test
  void list_pathThatAnotherAssetHasToMend_isKept() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2");
    Path manifest = Path.of(moved.asset.manifestFile());
    String first = Files.readAllLines(manifest).get(0);
    String other =
        first.replace("\"h1\"", "\"h2\"").replaceFirst("\"st_size\":1\\b", "\"st_size\":9");
    assertThat(other).contains("\"st_size\":9");
    Path both = folder.resolve("both.jsonl");
    Files.writeString(both, Files.readString(manifest) + other + "\n");
    moved.config = moved.asset.config(server, prefix);
    Ran staged =
        Commands.run(
            "stage", "--config", moved.config, "--manifest", both.toString(), "--run-id", "r");
    assertThat(staged.exitCode()).as(staged.err()).isEqualTo(3);
    StartedAt.later(moved.run());
    moved.move();

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).isEqualTo(moved.paths("b"));
    assertThat(kept(moved).get("OTHER_ROW").get("rows").asLong()).isEqualTo(1);
  }

  @Test
  void list_contentThatTheRunTrusted_isKept() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("known", "1").add("sent", "2");
    server.put(EmbeddedS3.REMOTE, moved.key("known"), "1".getBytes(UTF_8));
    moved.stage("verify.digest = trusted").move();

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).isEqualTo(moved.paths("sent"));
    assertThat(kept(moved).get("NOT_HASHED").get("rows").asLong()).isEqualTo(1);
  }

  /** A write in the tick of the clock in which a file was read leaves its times as they are. */
  @Test
  void list_filesHardlyOlderThanTheRun_areKept() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2");
    moved.stage("").move();
    FileTime changed = (FileTime) Files.getAttribute(moved.asset.file("a"), "unix:ctime");
    StartedAt.set(moved.run(), changed.toMillis() + 1_000);

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).containsPattern("TOO_NEW +2 ");
    StartedAt.later(moved.run());
    assertThat(listed(moved.audit())).containsExactlyInAnyOrderElementsOf(moved.paths("a", "b"));
  }

  @Test
  void list_rootThatIsNotMounted_isEmptyAndSaysSo() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2");
    moved.stage("").move();
    Path root = moved.asset.file("a").getParent();
    Files.move(root, moved.folder.resolve("elsewhere"));

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .containsPattern("UNREACHABLE +2")
        .contains("The root '" + root + "' is not what it should be on");

    Files.createDirectory(root);
    Ran empty = moved.audit();

    assertThat(empty.exitCode()).isZero();
    assertThat(empty.out()).isEmpty();
    assertThat(empty.err()).containsPattern("GONE +2").contains("isn't mounted");
  }

  @Test
  void list_rootReachedByALink_hasPathsWithoutLinks() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    SubmittedAsset byLink = new SubmittedAsset(link).addWithMd5("a", "1".getBytes(UTF_8));
    String config = byLink.config(server, prefix);
    Ran staged =
        Commands.run(
            "stage", "--config", config, "--manifest", byLink.manifestFile(), "--run-id", "r");
    assertThat(staged.exitCode()).as(staged.err()).isZero();
    StartedAt.later(link.resolve("ledger/run_id=r"));

    Ran ran =
        Commands.run(
            "audit", "--run", "r", "--config", config, "--safe-to-delete", "--in", "staging");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(listed(ran)).containsExactly(real.toRealPath().resolve("root/a").toString());
  }

  @Test
  void shares_listed_areDisjointAndTogetherEverything() throws IOException {
    Moved moved = new Moved(server, prefix, folder);
    for (int i = 0; i < 20; i++) {
      moved.add("f" + i, "content " + i);
    }
    moved.stage("").move();

    List<String> together = new ArrayList<>();
    for (int k = 1; k <= 3; k++) {
      List<String> share = listed(moved.audit("--share", k + "/3"));
      assertThat(listed(moved.audit("--share", k + "/3"))).as("again").hasSameElementsAs(share);
      assertThat(share).isNotEmpty();
      assertThat(kept(moved).get("NOT_LOOKED_AT").get("rows").asLong())
          .isEqualTo(20 - share.size());
      together.addAll(share);
    }

    assertThat(together).hasSize(20).hasSameElementsAs(new TreeSet<>(listed(moved.audit())));
  }

  @Test
  void ledger_notAsItsRunWroteIt_callsNothingSafe() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").add("b", "2").stage("").move();
    assertThat(listed(moved.audit())).hasSize(2);
    WrittenLedger.altered(
            new RunFolder(moved.run().toUri().toString(), new Configuration(false)),
            new RunFolder(folder.resolve("altered").toUri().toString(), new Configuration(false)),
            row -> "b".equals(row.path()) ? WrittenLedger.with(row, "outcome", "NOT_ADDED") : row)
        .run();

    Ran ran = moved.audit();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .containsPattern("LEDGER_CHANGED +1 ")
        .containsPattern("SAFE +0 ")
        .contains("Exit code 1: 0 files of 0 B are safe to delete; ");
    assertThat(moved.report().at("/safe_to_delete/files").asLong()).isZero();
    assertThat(moved.report().at("/safe_to_delete/rows").asLong()).isZero();
    assertThat(kept(moved).get("LEDGER_CHANGED").get("rows").asLong()).isEqualTo(1);
  }

  @Test
  void options_thatCantBeMeant_areRefused() throws IOException {
    Moved moved = new Moved(server, prefix, folder).add("a", "1").stage("");

    Ran json = moved.audit("--json");
    assertThat(json.exitCode()).isEqualTo(2);
    assertThat(json.err()).contains("--json and --safe-to-delete both print");
    Ran in = Commands.run("audit", "--run", "r", "--config", moved.config, "--in", "staging");
    assertThat(in.exitCode()).isEqualTo(2);
    assertThat(in.err()).contains("--in needs --safe-to-delete");
    assertThat(moved.audit("--share", "4/3").err()).contains("--share: There is no share 4 of 3");
    assertThat(moved.audit("--time-limit", "4").err()).contains("not a time such as 30m or 4h");
    assertThat(moved.audit("--time-limit", "soon").exitCode()).isEqualTo(2);
    assertThat(moved.audit("--since", "none").err()).contains("There is no finished audit");
    assertThat(moved.run().resolve("audits")).doesNotExist();
  }
}
