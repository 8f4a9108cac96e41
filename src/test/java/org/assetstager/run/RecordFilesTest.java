package org.assetstager.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.RecordCodec;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFilesTest {
  private static final String NONCE = "nonce";
  private static final String STEP = "step";
  private static final RecordCodec<Item> ITEMS = RecordCodec.of(Item.class);
  private static final RecordCodec<Size> SIZES = RecordCodec.of(Size.class);
  private static final RecordCodec<Turned> TURNED = RecordCodec.of(Turned.class);
  private static final List<Item> SOME =
      List.of(
          new Item("é\0\ud83d\ude00", 1L, "x"), new Item("", null, ""), new Item("b", -1L, "c"));

  @TempDir Path ledgers;
  private RunFolder folder;
  private StepOutput output;

  record Item(String name, @Nullable Long size, String owner) {}

  /** A column of {@link Item}. */
  record Size(@Nullable Long size) {}

  /** Bytes of {@link Item} could be taken for its. */
  record Turned(String owner, @Nullable Long size, String name) {}

  @BeforeEach
  void begin() {
    folder = new RunFolder(ledgers.toUri().toString(), "r", new Configuration());
    output = new StepOutput(folder, NONCE);
  }

  private StepFile write(boolean columns) {
    try (RecordWriter writer = output.create(STEP, "item", 0, ITEMS, columns, Map.of())) {
      SOME.forEach(item -> writer.add(ITEMS, item, 5));
      return writer.finish(Map.of());
    }
  }

  private org.apache.hadoop.fs.Path path(StepFile file) {
    return new org.apache.hadoop.fs.Path(folder.child(StepCommits.files(STEP)), file.name());
  }

  private <R extends Record> RecordReader<R> read(StepFile file, RecordCodec<R> codec) {
    return RecordReader.ofRecords(folder, NONCE, path(file), file.rows(), codec);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_file_hasTheRecordsAndTheirBytes(boolean columns) {
    StepFile file = write(columns);

    assertThat(file.weight()).isEqualTo(15);
    assertThat(ImmutableList.copyOf(read(file, ITEMS))).isEqualTo(SOME);
    RecordReader<byte[]> bytes =
        RecordReader.ofBytes(folder, NONCE, path(file), file.rows(), ITEMS);
    assertThat(ImmutableList.copyOf(bytes)).extracting(ITEMS::fromBytes).isEqualTo(SOME);
  }

  @Test
  void read_someColumns_hasThese() {
    assertThat(ImmutableList.copyOf(read(write(true), SIZES)))
        .extracting(Size::size)
        .containsExactly(1L, null, -1L);
  }

  @Test
  void read_bytesOfAnotherRecord_isRefusedBeforeItIsRead() {
    StepFile file = write(false);
    // Without the check, names and owners would change places.
    assertThat(TURNED.fromBytes(ITEMS.toBytes(SOME.get(2))).owner()).isEqualTo("b");

    for (RecordCodec<?> other : List.of(TURNED, SIZES)) {
      assertThatThrownBy(() -> read(file, other))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining(file.name())
          .hasMessageContaining("was written by another version of this job");
    }
  }

  @Test
  void read_fewerRowsThanCommitted_isRefused() {
    StepFile file = write(false);

    assertThatThrownBy(
            () -> RecordReader.ofRecords(folder, NONCE, path(file), file.rows() + 1, ITEMS))
        .hasMessageContaining("has 3 rows instead of 4");
  }

  @Test
  void bytes_cutOffOrLonger_areRefused() {
    byte[] whole = ITEMS.toBytes(SOME.get(2));

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ITEMS.fromBytes(cut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Bytes of another record");
    }
    assertThatThrownBy(() -> ITEMS.fromBytes((new String(whole, UTF_8) + "x").getBytes(UTF_8)))
        .hasMessageContaining("Bytes of another record");
  }

  @Test
  void form_ofManyColumns_namesTheLast() {
    assertThat(Candidate.CODEC.form())
        .contains("manifest_file:string", "verified_at_millis:bigint", "root_inode:bigint")
        .isNotEqualTo(VerifiedRow.CODEC.form());
  }

  /** Bytes lie in the folders of runs that a later build may resume. */
  @Test
  void bytes_ofThisBuild_areThoseOfTheFirst() {
    assertThat(HexFormat.of().formatHex(ITEMS.toBytes(new Item("é", -2L, "x"))))
        .isEqualTo("00" + "04c3a9" + "03" + "0278");
    assertThat(HexFormat.of().formatHex(ITEMS.toBytes(new Item("", null, "x"))))
        .isEqualTo("02" + "00" + "0278");
  }
}
