package org.assetstager.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.SettingsFiles;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.upload.OpenUpload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

@Tag("server")
@Tag("spark")
class AbandonCommandTest {
  private static final String ID = "abandoned";

  @TempDir private Path folder;
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private Path config;
  private RunFolder run;

  @BeforeEach
  void makeRun() throws Exception {
    String ledgers = folder.resolve("ledgers").toUri().toString();
    config =
        Files.writeString(
            folder.resolve("stage.conf"),
            """
            asset-stager {
              remote { bucket = remote, endpoint = "%1$s"
                credentials { access-key = %2$s, secret-key = %3$s } }
              staging { bucket = staging, prefix = "%4$s", endpoint = "%1$s"
                credentials { access-key = %2$s, secret-key = %3$s } }
              ledger.path = "%5$s"
            }
            """
                .formatted(
                    server.endpoint(), server.userKey(), server.userSecret(), prefix, ledgers));
    run = new RunFolder(ledgers, ID, new Configuration());
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            1,
            ID,
            List.of(),
            null,
            null,
            false,
            2,
            SettingsFiles.load(config, List.of()).withLedgerPath(ledgers).fingerprint(),
            Map.of(),
            0,
            "nonce",
            null,
            null,
            null));
  }

  private Ran abandon(String... more) {
    List<String> arguments = new java.util.ArrayList<>();
    arguments.addAll(List.of("abandon", "--run", run.location(), "--config", config.toString()));
    arguments.addAll(List.of(more));
    return Commands.run(arguments.toArray(String[]::new));
  }

  /** Opens an upload as a run does, with the record that it leaves. */
  private String open(String name, boolean recorded) {
    try (S3Client user =
        S3Client.builder()
            .endpointOverride(java.net.URI.create(server.endpoint()))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(server.userKey(), server.userSecret())))
            .build()) {
      String key = prefix + name;
      String id = user.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key)).uploadId();
      if (recorded) {
        run.writeJson(
            "uploads/of its key/" + name + "/upload.json",
            new OpenUpload(key, id, 5 << 20, null, "driver"));
      }
      return key;
    }
  }

  @Test
  void abandon_uploadsLeftOpen_abortsThoseOnRecordOnly() {
    String ours = open("ours", true);
    String foreign = open("foreign", false);

    Ran ran = abandon();

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("aborted  " + ours, "had left 1 upload open; it is aborted.\n")
        .doesNotContain(foreign);
    assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix)).containsExactly(foreign);
    assertThat(run.exists("lock")).isFalse();
  }

  @Test
  void abandon_nothingLeftOpen_saysSo() {
    Ran ran = abandon();

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("The run abandoned has left no upload open");
  }

  @Test
  void abandon_settingsOfAnotherBucket_isRefused() {
    open("ours", true);

    Ran ran = abandon("--set", "staging.bucket=other");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("The settings are not those that the run abandoned");
    assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix)).hasSize(1);
  }

  @Test
  void abandon_noRun_isRefused() {
    run.delete(RunDescription.FILE);

    Ran ran = abandon();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("There is no run in " + run.location());
  }

  @Test
  void abandon_uploadsThatACommitLeftOpen_areToldAndStay() {
    run.writeJson(
        "commits/c-1/uploads/of its key/one/upload.json",
        new OpenUpload("k", "id", 5 << 20, null, "driver"));
    run.writeJson("commits/c-2/run.json", Map.of());

    Ran ran = abandon();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("The run abandoned has left no upload open")
        .contains("The commit c-1 has left 1 upload open in the remote. Not aborted: ")
        .contains("commit --resume")
        .doesNotContain("c-2");
    assertThat(run.exists("commits/c-1/uploads/of its key/one/upload.json")).isTrue();
  }

  @Test
  void abandon_folderOfACommit_isRefusedAndSaysWhatEndsIt() {
    RunFolder commit = new RunFolder(run.location() + "/commits/c-1", new Configuration());
    commit.writeJson(
        RunDescription.FILE,
        new RunDescription(
            1, "c-1", List.of(), null, null, false, 2, "", Map.of(), 0, "nonce", null, null, null));

    Ran ran = Commands.run("abandon", "--run", commit.location(), "--config", config.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains("is that of a commit or a snapshot, not of a run")
        .contains("A commit ends by commit --resume");
  }
}
