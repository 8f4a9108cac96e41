package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
@Tag("spark")
class ProbeFilesTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private ProbeFiles large(int streams, int... mib) throws IOException {
    UploadFixture files = new UploadFixture(folder);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < mib.length; i++) {
      try (RandomAccessFile file = new RandomAccessFile(folder.resolve("f" + i).toFile(), "rw")) {
        file.setLength((long) mib[i] * MIB);
      }
      candidates.add(files.candidate("f" + i, i, "0123456789abcdef0123456789abcdef", true));
    }
    return ProbeFiles.of(
            candidates.iterator(),
            candidate -> AssetRoot.open(candidate.found().row().root()),
            MIB,
            streams)
        .large();
  }

  /** Returns the lengths of what readers get, in MiB. */
  private static List<Long> lengths(ProbeFiles.Reader reader) throws IOException {
    List<Long> lengths = new ArrayList<>();
    try (reader) {
      for (long length = reader.open(); length >= 0; length = reader.open()) {
        lengths.add(length / MIB);
      }
    }
    return lengths;
  }

  @Test
  void large_oneGiant_isCutSoThatEachStreamHasItsOwn() throws IOException {
    ProbeFiles files = large(2, 100);

    assertThat(lengths(files.transfer())).containsExactly(25L, 25L);
    assertThat(lengths(files.reader())).containsExactly(25L, 25L);
  }

  @Test
  void large_hugeFile_isReadInPartsOnly() throws IOException {
    ProbeFiles files = large(1, 10_000);

    assertThat(lengths(files.transfer())).hasSize(8).allMatch(length -> length == 250);
    assertThat(lengths(files.reader())).hasSize(8);
  }

  @Test
  void large_filesEnough_areEachReadWhole() throws IOException {
    ProbeFiles files = large(2, 9, 10, 11, 12);

    assertThat(lengths(files.transfer())).containsExactly(9L, 11L);
    assertThat(lengths(files.reader())).containsExactly(10L, 12L);
  }

  @Test
  void large_oneThatIsTooShortToCut_isReadTwice() throws IOException {
    ProbeFiles files = large(2, 15);

    assertThat(lengths(files.transfer())).containsExactly(15L);
    assertThat(lengths(files.reader())).containsExactly(15L);
  }
}
