package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.StoredPart;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestCounts;
import org.assetstager.testing.OpenedNames;
import org.assetstager.upload.StoredParts.Stored;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class UploadLogTest {
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  @TempDir private Path folder;
  private UploadLog log;

  @BeforeEach
  void makeLog() {
    log = new UploadLog(new RunFolder(folder.toUri().toString(), new Configuration()));
  }

  private OpenUpload upload(String key, String uploadId) {
    return new OpenUpload(key, uploadId, 5 << 20, null, log.driver());
  }

  @Test
  void open_severalUploads_areThoseNotClosed() {
    OpenUpload one = upload("contents/top/a==", "id/with ?#%2F and \u00fc");
    OpenUpload other = upload("contents/top/a==", "2~.-_");
    OpenUpload third = upload("contents/top/b==", "2~.-_");
    log.opened(one);
    log.opened(other);
    log.opened(third);

    assertThat(log.open()).containsExactlyInAnyOrder(one, other, third);
    assertThat(log.open("contents/top/a==")).containsExactlyInAnyOrder(one, other);
    log.closed(one.key(), one.uploadId());
    log.closed(one.key(), one.uploadId());
    assertThat(log.open()).containsExactlyInAnyOrder(other, third);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0\0\0", "{\"key\": \"cont", "{}", "null"})
  void open_recordLostByAPowerFailure_isLeftOut(String text) throws IOException {
    OpenUpload whole = upload("k", "whole");
    log.opened(upload("k", "lost"));
    try (Stream<Path> files = Files.walk(folder)) {
      Files.writeString(files.filter(Files::isRegularFile).findAny().orElseThrow(), text);
    }
    log.opened(whole);

    assertThat(log.open()).containsExactly(whole);
    assertThat(log.open("k")).containsExactly(whole);
  }

  @Test
  void closed_uploads_areCountedOnce() {
    long opened = RequestCounts.openedUploads();
    long closed = RequestCounts.closedUploads();
    log.opened(upload("k", "u"));
    assertThat(RequestCounts.openedUploads() - opened).isEqualTo(1);
    assertThat(RequestCounts.closedUploads() - closed).isZero();

    log.closed("k", "u");
    log.closed("k", "u");
    log.closed("k", "another");

    assertThat(RequestCounts.openedUploads() - opened).isEqualTo(1);
    assertThat(RequestCounts.closedUploads() - closed).isEqualTo(1);
  }

  @Test
  void adopt_uploadOfAnEarlierAttempt_countsOnce() {
    log.opened(upload("k", "u"));
    UploadLog later = new UploadLog(new RunFolder(folder.toUri().toString(), new Configuration()));
    long opened = RequestCounts.openedUploads();

    for (int looks = 0; looks < 2; looks++) {
      later.open("k").forEach(later::adopt);
    }

    assertThat(RequestCounts.openedUploads() - opened).isEqualTo(1);
    assertThat(later.open("k")).containsExactly(upload("k", "u").withDriver(later.driver()));
  }

  @Test
  void open_nothingRecorded_isEmpty() {
    assertThat(log.open()).isEmpty();
    assertThat(log.open("k")).isEmpty();
    assertThat(log.sent("k", "u")).isEmpty();
  }

  private static SentPart part(int index, String etag) {
    return new SentPart(index, etag, MD5);
  }

  @Test
  void open_partRecordedAfterTheUploadWasClosed_isNotOpen() {
    log.sent("k", "u", part(0, "etag"));

    assertThat(log.open()).isEmpty();
  }

  @Test
  void sent_etagsOfAnyKind_areReadBack() throws Exception {
    log.opened(upload("k", "u"));
    log.sent("k", "u", part(0, "\"0/+ \u00fc\""));
    log.sent("k", "u", part(9_999, "\"" + "f".repeat(32) + "\""));
    log.sent("k", "other", part(1, "x"));

    assertThat(log.sent("k", "u"))
        .isEqualTo(
            Map.of(
                0,
                Set.of(part(0, "\"0/+ \u00fc\"")),
                9_999,
                Set.of(part(9_999, "\"" + "f".repeat(32) + "\""))));
    log.closed("k", "u");
    assertThat(log.sent("k", "u")).isEmpty();
    try (var left = Files.walk(folder.resolve("uploads"))) {
      assertThat(left.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  /** As where an answer was lost: the part is sent again, and the store keeps either. */
  @Test
  void sent_partThatWasSentTwice_hasBothEtags() {
    log.sent("k", "u", part(3, "\"kms1\""));
    log.sent("k", "u", part(3, "\"kms2\""));

    Map<Integer, Set<SentPart>> recorded = log.sent("k", "u");

    assertThat(recorded).isEqualTo(Map.of(3, Set.of(part(3, "\"kms1\""), part(3, "\"kms2\""))));
    for (String stored : List.of("\"kms1\"", "kms2")) {
      Stored upload = new Stored(Map.of(3, new StoredPart(3, 10, stored)), recorded);
      assertThat(upload.etagOf(3, 10, Md5.parse(MD5))).contains(stored);
    }
  }

  /** Or else a resume with many large files would read all records once for each of them. */
  @Test
  void open_ofOneKey_readsNoOthersRecords() throws Exception {
    log.opened(upload("k", "u"));
    Path record;
    try (var records = Files.walk(folder.resolve("uploads"))) {
      record = records.filter(Files::isRegularFile).findAny().orElseThrow();
    }
    OpenUpload mine = upload("mine", "u");
    log.opened(mine);

    try (OpenedNames opened = OpenedNames.in(record.getParent())) {
      assertThat(log.open("mine")).containsExactly(mine);
      assertThat(opened.soFar()).isEmpty();
    }
    try (var keys = Files.list(folder.resolve("uploads"))) {
      assertThat(keys).as("one for each key").hasSize(2);
    }
    log.opened(upload("mine", "other"));
    try (var keys = Files.list(folder.resolve("uploads"))) {
      assertThat(keys).as("one for each key").hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # stored ETag, stored bytes, recorded ETag, taken
          d41d8cd98f00b204e9800998ecf8427e,   10, ,          true
          '"d41d8cd98f00b204e9800998ecf8427e"', 10, ,        true
          '"d41d8cd98f00b204e9800998ecf8427e"', 9, ,         false
          '"0000000000000000000000000000kms1"', 10, ,        false
          '"kms1"', 10, '"kms1"', true
          '"kms1"', 10, kms1,     true
          '"kms1"', 10, '"kms2"', false
          '"kms1"', 9,  '"kms1"', false
          '""',     10, '""',     false
          ,         10, kms1,     false
          """)
  void etagOf_storedPart_isTakenWhereItIsProved(
      String stored, long bytes, String recorded, boolean taken) {
    Stored upload =
        new Stored(
            Map.of(3, new StoredPart(3, bytes, stored)),
            recorded == null ? Map.of() : Map.of(3, Set.of(part(3, recorded))));

    assertThat(upload.etagOf(3, 10, Md5.parse(MD5)).isPresent()).isEqualTo(taken);
    assertThat(upload.etagOf(4, 10, Md5.parse(MD5))).isEmpty();
  }

  /** The file was another one then: under SSE-KMS the ETag wouldn't tell. */
  @Test
  void etagOf_partSentWithOtherBytes_isNotTaken() {
    Stored upload =
        new Stored(
            Map.of(3, new StoredPart(3, 10, "\"kms1\"")),
            Map.of(3, Set.of(new SentPart(3, "\"kms1\"", new Md5(1, 2).toHex()))));

    assertThat(upload.etagOf(3, 10, Md5.parse(MD5))).isEmpty();
  }
}
