package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Md5;
import org.assetstager.manifest.ManifestRow;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All that holds for a small file alone holds for one of a group. */
@Tag("process")
class FileVerifierGroupTest extends FileVerifierTest {
  private static final long MOST_SMALL_BYTES = 256 << 10;

  @Override
  VerifiedRow verify(ManifestRow row) {
    Long size = row.storedSize();
    if (size != null && size > MOST_SMALL_BYTES) {
      return super.verify(row);
    }
    ManifestRow missing = Rows.missing(root, "another row");
    List<VerifiedRow> verified = verify(List.of(missing, row));
    assertThat(verified).hasSize(2);
    assertThat(verified.get(0).row()).isSameAs(missing);
    assertThat(verified.get(0).verdict()).isEqualTo(Verdict.DELETED);
    return verified.get(1);
  }

  private List<VerifiedRow> verify(List<ManifestRow> rows) {
    return verifier().verify(rows, Map.of(root.path().toString(), root));
  }

  @Test
  void verify_filesOfManyKinds_eachHasItsOwnVerdict() throws Exception {
    List<ManifestRow> rows = new ArrayList<>();
    List<Verdict> expected = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String content = "x".repeat(i * i * 13);
      write("file" + i, content);
      // Every third has a wrong MD5 in the manifest, every fifth is gone.
      rows.add(Rows.added(root, "file" + i, md5(i % 3 == 0 ? content + "y" : content)));
      expected.add(i % 3 == 0 ? Verdict.MODIFIED : Verdict.UNCHANGED);
      if (i % 5 == 0) {
        Files.delete(root.realPath().resolve("file" + i));
        expected.set(i, Verdict.DELETED);
      }
    }

    List<VerifiedRow> verified = verify(rows);

    assertThat(verified).extracting(VerifiedRow::row).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(verified)
        .allSatisfy(
            row -> assertThat(row.verdict()).isEqualTo(expected.get(rows.indexOf(row.row()))));
    for (int i = 0; i < 30; i++) {
      if (i % 5 != 0) {
        int index = i;
        VerifiedRow row =
            verified.stream()
                .filter(v -> v.row().equals(rows.get(index)))
                .findFirst()
                .orElseThrow();
        assertThat(row.md5()).isEqualTo(md5("x".repeat(i * i * 13)));
        assertThat(row.digested()).isTrue();
      }
    }
  }

  @Test
  void verify_oneGroupAfterTheOther_seesNoBytesOfTheLast() throws Exception {
    FileVerifier verifier = verifier();
    for (int length : new int[] {5000, 10, 70, 0}) {
      write("a", "a".repeat(length));
      write("b", "b".repeat(length));
      List<ManifestRow> rows =
          List.of(
              Rows.added(root, "a", md5("a".repeat(length))),
              Rows.added(root, "b", md5("b".repeat(length))));

      assertThat(verifier.verify(rows, Map.of(root.path().toString(), root)))
          .extracting(VerifiedRow::verdict)
          .containsOnly(Verdict.UNCHANGED);
    }
  }

  @Test
  void verify_aFileChangedAfterItsReading_isModifiedAlone() throws Exception {
    write("first", "first");
    write("second", "second");
    List<ManifestRow> rows =
        List.of(Rows.added(root, "first", md5("first")), Rows.added(root, "second", md5("second")));
    // The first file is written to while the second one is read.
    onRead(6, () -> write("first", "FIRST"));

    List<VerifiedRow> verified = verify(rows);

    assertThat(verified)
        .extracting(VerifiedRow::verdict)
        .containsExactly(Verdict.MODIFIED, Verdict.UNCHANGED);
    assertThat(verified.get(0).detail())
        .isEqualTo("The file was changed or replaced while it was read");
  }

  private void write(String name, String content) throws IOException {
    Path path = root.realPath().resolve(name);
    Files.deleteIfExists(path);
    Files.writeString(path, content);
  }

  private static String md5(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes)).toHex();
  }
}
