package org.assetstager.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.Md5;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Commits of a run on the embedded server, with its two rights. */
@Tag("server")
@Tag("spark")
class CommitCommandTest {
  private final byte[] large = CommitFixture.randomBytes((10 << 20) + 101, 1);
  private @TempDir Path folder;
  private CommitFixture fixture;
  private EmbeddedS3 server;

  @BeforeEach
  void stageAnAsset() {
    fixture =
        new CommitFixture(folder)
            .add("a", "first")
            .add("same", "first")
            .add("b#1 é", "second")
            .add("empty", "")
            .add("large", large);
    server = fixture.server;
    fixture.stage(CommitFixture.RUN_ID);
  }

  private Map<String, String> staged() {
    return fixture.asset.staged(fixture.prefix);
  }

  private HeadObjectResponse head(String path) {
    return server
        .serverClient()
        .headObject(r -> r.bucket(EmbeddedS3.REMOTE).key(fixture.key(path)));
  }

  @Test
  void commit_stagedRun_copiesEachContentOnceAndStageKnowsThem() {
    Ran ran = fixture.commit("--states-out", folder.resolve("states.json").toString());

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix)).isEqualTo(staged());
    assertThat(server.md5s(EmbeddedS3.STAGING, fixture.prefix)).isEqualTo(staged());
    assertThat(fixture.ledger(fixture.lastCommit()))
        .hasSize(4)
        .allSatisfy(
            row -> {
              assertThat(row.outcome()).isEqualTo(CommitOutcome.COMMITTED);
              assertThat(row.state()).isEqualTo("committed");
              assertThat(row.remedy()).isNull();
              assertThat(row.stagedRemoved()).isFalse();
            });
    assertThat(fixture.row("a").rows()).isEqualTo(2);
    assertThat(fixture.row("a").key()).isEqualTo(fixture.key("a"));
    assertThat(ran.out())
        .contains(
            "COMMITTED", "Exit code 0: everything that the run has in staging is in the remote");
    JsonNode report = fixture.report();
    assertThat(report.get("exit_code").asInt()).isZero();
    assertThat(report.get("command").asText()).isEqualTo("commit");
    assertThat(report.get("outcomes").get("COMMITTED").get("rows").asLong()).isEqualTo(4);
    assertThat(report.get("outcomes").get("COMMITTED").get("bytes").asLong())
        .isEqualTo(11 + large.length);
    assertThat(report.get("requests").get("COPY").asLong()).isEqualTo(3);
    assertThat(report.get("requests").get("COPY_PART").asLong()).isEqualTo(3);
    assertThat(report.get("settings").get("commit.credentials.secret-key").asText())
        .isEqualTo("set");
    assertThat(server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();

    String states =
        CommitFixture.json(folder.resolve("states.json"))
            .get("h1")
            .get("content_states")
            .toString();
    assertThat(states)
        .contains("\"s3:md5_" + base64("first") + "\":\"committed\"")
        .contains("\"s3:md5_" + base64("second") + "\":\"committed\"");

    fixture.stage("after");
    JsonNode after = CommitFixture.json(fixture.run("after").resolve("report.json"));
    assertThat(after.get("outcomes").get("KNOWN_REMOTE").get("rows").asLong()).isEqualTo(5);
  }

  private static String base64(String content) {
    return Md5.parse(EmbeddedS3.md5Hex(content.getBytes(UTF_8))).toBase64();
  }

  @Test
  void commit_contentInParts_hasTheEtagAndMetadataOfItsParts() {
    assertThat(fixture.commit().exitCode()).isZero();

    String etag = fixture.etag(EmbeddedS3.STAGING, fixture.key("large"));
    assertThat(etag).endsWith("-3\"");
    assertThat(fixture.etag(EmbeddedS3.REMOTE, fixture.key("large"))).isEqualTo(etag);
    assertThat(head("large").metadata())
        .containsEntry("md5", EmbeddedS3.md5Hex(large))
        .containsEntry("part-size", String.valueOf(5 << 20));
    assertThat(head("a").metadata())
        .containsEntry("md5", EmbeddedS3.md5Hex("first".getBytes(UTF_8)))
        .doesNotContainKey("part-size");
    assertThat(fixture.report().get("requests").has("GET")).isFalse();
  }

  @Test
  void commit_again_findsAllInTheRemoteByItsListing() {
    assertThat(fixture.commit().exitCode()).isZero();

    Ran again = fixture.commit();

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(fixture.commits()).hasSize(2);
    assertThat(fixture.ledger(fixture.lastCommit()))
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.outcome()).isEqualTo(CommitOutcome.KNOWN_REMOTE));
    assertThat(fixture.report().get("requests").has("HEAD")).isFalse();
    assertThat(fixture.report().get("requests").has("COPY")).isFalse();
  }

  @Test
  void commit_resumeOfOneThatHasEnded_saysSoAndWritesTheStatesAgain() throws Exception {
    assertThat(fixture.commit().exitCode()).isZero();

    Ran again = fixture.commit("--resume", "--states-out", folder.resolve("s.json").toString());

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).contains("is done; nothing is left to do");
    assertThat(fixture.commits()).hasSize(1);
    assertThat(Files.readString(folder.resolve("s.json"))).contains("s3:md5_");
    Ran report = Commands.run("report", "--run", fixture.lastCommit().toString());
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(report.out()).contains("COMMITTED", "Exit code 0");
    Ran json = Commands.run("report", "--run", fixture.lastCommit().toString(), "--json");
    assertThat(json.out().lines()).hasSize(1);
    JsonNode result = new ObjectMapper().readTree(json.out());
    assertThat(result.get("event").asText()).isEqualTo("result");
    assertThat(result.get("command").asText()).isEqualTo("commit");
    assertThat(result.at("/outcomes/COMMITTED/rows").asLong()).isPositive();
    Ran rows = Commands.run("report", "--run", fixture.lastCommit().toString(), "--rows", "jsonl");
    assertThat(rows.exitCode()).isEqualTo(2);
    assertThat(rows.err()).contains("is the folder of a commit");
  }

  /** It had recorded the end. */
  @Test
  void commit_resumeOfOneThatWasKilledRightAfterItsEnd_finishesItsLastWork() throws Exception {
    assertThat(fixture.commit().exitCode()).isZero();
    Path commit = fixture.lastCommit();
    String report = Files.readString(commit.resolve("report.json"));
    Files.delete(commit.resolve("report.json"));
    Path row = Files.createDirectory(commit.resolve("steps/copy")).resolve("ledger-00000.parquet");
    Files.writeString(row, "rows");

    assertThat(fixture.commit("--resume").exitCode()).isZero();

    assertThat(commit.resolve("report.json")).hasContent(report);
    assertThat(row.getParent()).doesNotExist();
    assertThat(commit.resolve("steps/copy.json")).exists();
  }

  @Test
  void commit_removeStaged_deletesWhatIsProvedInTheRemote() {
    Ran ran = fixture.commit("--remove-staged");

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(server.keys(EmbeddedS3.STAGING, fixture.prefix)).isEmpty();
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix)).isEqualTo(staged());
    assertThat(fixture.report().get("staged_removed").asLong()).isEqualTo(4);

    Ran again = fixture.commit("--remove-staged");

    assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
    assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.KNOWN_REMOTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trusted", "ignored"})
  void commit_removeStagedAfterOneWithout_deletesThemToo(String recordedEtags) {
    String etags = "commit.recorded-etags=" + recordedEtags;
    assertThat(fixture.commit().exitCode()).isZero();

    assertThat(fixture.commit("--remove-staged", "--set", etags).exitCode()).isZero();

    assertThat(server.keys(EmbeddedS3.STAGING, fixture.prefix)).isEmpty();
    assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.KNOWN_REMOTE);
    assertThat(fixture.row("large").stagedRemoved()).isTrue();
  }

  @Test
  void commit_stagingObjectsReplacedOrGone_areRefusedAndNeverReachTheRemote() {
    server.put(EmbeddedS3.STAGING, fixture.key("a"), "FIRST".getBytes(UTF_8));
    byte[] other = large.clone();
    other[large.length - 1]++;
    server.putMultipart(EmbeddedS3.STAGING, fixture.key("large"), other, 5 << 20, Map.of());
    server.delete(EmbeddedS3.STAGING, fixture.key("b#1 é"));

    Ran ran = fixture.commit("--remove-staged");

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
    assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix))
        .containsExactly(fixture.key("empty"));
    assertThat(fixture.row("a").outcome()).isEqualTo(CommitOutcome.REFUSED);
    assertThat(fixture.row("a").state()).isEqualTo("staged");
    assertThat(fixture.row("a").error()).contains("Staging has another object under");
    assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.REFUSED);
    assertThat(fixture.row("b#1 é").error()).contains("Neither staging nor the remote");
    assertThat(ran.out())
        .contains("REFUSED, 2 rows such as " + folder.resolve("root").resolve("a"))
        .contains("do:  Find out who wrote or deleted the object in staging")
        .contains("Exit code 3: 3 content");
    // Of what isn't the content, nothing is deleted.
    assertThat(server.keys(EmbeddedS3.STAGING, fixture.prefix)).hasSize(2);
  }

  @Test
  void commit_stagingObjectPutAnotherWayWithTheSameBytes_isReadBackAndCommitted() {
    server.putMultipart(EmbeddedS3.STAGING, fixture.key("large"), large, 6 << 20, Map.of());

    Ran ran = fixture.commit();

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.COMMITTED);
    assertThat(fixture.report().get("requests").get("GET").asLong()).isPositive();
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix)).isEqualTo(staged());
  }

  @Test
  void commit_remoteHasSomethingElse_isAConflictAndLeft() {
    server.put(EmbeddedS3.REMOTE, fixture.key("a"), "shorter or longer".getBytes(UTF_8));
    server.put(EmbeddedS3.REMOTE, fixture.key("b#1 é"), "SECOND".getBytes(UTF_8));
    byte[] other = large.clone();
    other[0]++;
    server.putMultipart(EmbeddedS3.REMOTE, fixture.key("large"), other, 5 << 20, Map.of());
    Map<String, String> before = server.md5s(EmbeddedS3.REMOTE, fixture.prefix);

    Ran ran = fixture.commit("--remove-staged");

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
    for (String path : new String[] {"a", "b#1 é", "large"}) {
      assertThat(fixture.row(path).outcome()).as(path).isEqualTo(CommitOutcome.CONFLICT);
      assertThat(fixture.row(path).state()).isEqualTo("staged");
    }
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix)).containsAllEntriesOf(before);
    assertThat(server.keys(EmbeddedS3.STAGING, fixture.prefix))
        .contains(fixture.key("a"), fixture.key("large"));
    assertThat(ran.out()).contains("Find out who wrote the object in the remote");
  }

  @Test
  void commit_withoutCommitCredentials_isRefusedWithTheKeyThatItNeeds() {
    String config =
        fixture.asset.config(
            server, fixture.prefix, server.endpoint(), fixture.asset.ledgerPath(), "");

    Ran ran = fixture.commitWith(config);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("commit.credentials is not set", "conf/iam/server-policy.json");
    assertThat(fixture.commits()).isEmpty();
  }

  @Test
  void commit_withTheKeyOfStage_isRefusedByTheStoreAndSaysWhichKeyItNeeds() {
    String config = fixture.configOf(server.endpoint(), server.userKey(), server.userSecret());

    Ran ran = fixture.commitWith(config);

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err())
        .contains("Set commit.credentials to the asset server's key")
        .contains("conf/iam/server-policy.json");
    assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
    assertThat(fixture.commits()).isEmpty();
  }

  @Test
  void commit_withAKeyThatTheStoreDoesNotKnow_namesCommitCredentials() {
    Ran ran = fixture.commitWith(fixture.configOf(server.serverEndpoint(), "who", "knows"));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("check commit.credentials");
  }

  @Test
  void commit_bucketsOfTwoStores_isRefused() {
    Ran ran =
        fixture.commitWith(
            fixture.config(server.serverEndpoint()),
            "--set",
            "staging.endpoint=" + server.endpoint());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("a store can't copy from another one");
  }

  @Test
  void commit_resumeWithoutACommit_isRefused() {
    Ran ran = fixture.commit("--resume");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("There is no commit to resume");
  }

  @Test
  void commit_ledgerOfTheRunLacksRows_isRefusedBeforeAnythingIsCopied() throws Exception {
    Path success = fixture.run(CommitFixture.RUN_ID).resolve("ledger/_SUCCESS");
    Files.writeString(success, "99");

    Ran ran = fixture.commit();

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
  }

  @Test
  void commit_recordedEtagsIgnored_readsBackWhatItsEtagDoesNotProve() {
    Ran ran = fixture.commit("--set", "commit.recorded-etags=ignored");

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(server.md5s(EmbeddedS3.REMOTE, fixture.prefix)).isEqualTo(staged());
    // Of all four only "large" was put in parts. Its copy has the ETag that was proved by reading.
    assertThat(fixture.report().get("requests").get("GET").asLong()).isEqualTo(1);
  }

  @Test
  void commit_ledgerWithTheEtagOfAnotherObject_isNotBelievedWhereEtagsAreIgnored() {
    byte[] other = large.clone();
    other[0]++;
    server.putMultipart(EmbeddedS3.STAGING, fixture.key("large"), other, 5 << 20, Map.of());
    String etag = fixture.etag(EmbeddedS3.STAGING, fixture.key("large")).replace("\"", "");
    fixture
        .altered(row -> "large".equals(row.path()) ? WrittenLedger.with(row, "etag", etag) : row)
        .run();

    Ran ran = fixture.commit("--set", "commit.recorded-etags=ignored");

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(3);
    assertThat(fixture.row("large").outcome()).isEqualTo(CommitOutcome.REFUSED);
    assertThat(server.keys(EmbeddedS3.REMOTE, fixture.prefix)).doesNotContain(fixture.key("large"));
  }
}
