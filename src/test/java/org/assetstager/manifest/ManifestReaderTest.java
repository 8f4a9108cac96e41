package org.assetstager.manifest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class ManifestReaderTest {
  private static final ManifestSettings SETTINGS = new ManifestSettings(List.of(), 1 << 20);

  @TempDir Path folder;
  private final SparkSession spark = TestSpark.session();
  private final JavaSparkContext core = JavaSparkContext.fromSparkContext(spark.sparkContext());
  private final TaskProgress progress = new TaskProgress(spark.sparkContext(), "read", "rows");

  private List<ManifestRow> read(ManifestReader reader, boolean ama, String... paths) {
    return reader
        .read(ManifestFiles.find(List.of(paths), ama, new Configuration()))
        .map(ManifestRow.CODEC::toRow)
        .collect()
        .stream()
        .map(ManifestRow.CODEC::fromRow)
        .sorted(
            Comparator.comparing(ManifestRow::manifestFile)
                .thenComparing(ManifestRow::manifestPosition))
        .toList();
  }

  private List<ManifestRow> read(Path... files) {
    return read(
        new ManifestReader(core, SETTINGS, null, progress),
        false,
        Stream.of(files).map(Path::toString).toArray(String[]::new));
  }

  private static String lines() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append(SampleRow.json("path", "\"é/" + i + "x".repeat(i % 7) + "\"")).append('\n');
      if (i % 10 == 3) {
        text.append("\n{\"no json\n");
      }
    }
    return text.append(SampleRow.json("path", "\"last, without an end of line\"")).toString();
  }

  /** As where an NFS client, or an executor's own disk, shows another file than the driver's. */
  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl", "m.jsonl.gz", "m.parquet"})
  void read_fileThatIsNoMoreWhatTheDriverFound_isAFailureOfTheInput(String name)
      throws IOException {
    Path file = folder.resolve(name);
    if (name.endsWith(".parquet")) {
      parquet(name, table(1));
    } else {
      byte[] bytes = lines().getBytes(StandardCharsets.UTF_8);
      Files.write(file, name.endsWith(".gz") ? gzip(bytes) : bytes);
    }
    List<ManifestFile> found =
        ManifestFiles.find(List.of(file.toString()), false, new Configuration());
    ManifestReader reader = new ManifestReader(core, SETTINGS, null, progress);
    assertThat(reader.read(found).count()).isPositive();
    FileTime written = Files.getLastModifiedTime(file);
    byte[] whole = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    Files.setLastModifiedTime(file, written);
    assertIsAnotherFile(reader, found);

    Files.write(file, whole);
    Files.setLastModifiedTime(file, FileTime.fromMillis(written.toMillis() + 1));
    assertIsAnotherFile(reader, found);
  }

  private void assertIsAnotherFile(ManifestReader reader, List<ManifestFile> found) {
    assertThatThrownBy(() -> reader.read(found).count())
        .satisfies(
            e ->
                assertThat(inputFailure(e))
                    .hasMessageContaining("is not the file that it was when the job started"));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {97, 500, 4_096, 1 << 25})
  void read_anySplitSize_givesTheSameRows(long splitBytes) throws IOException {
    Path file = Files.writeString(folder.resolve("m.jsonl"), lines());

    List<ManifestRow> rows =
        read(
            new ManifestReader(core, SETTINGS, null, progress, splitBytes), false, file.toString());

    assertThat(progress.allBytes()).isEqualTo(Files.size(file));
    assertThat(progress.bytes()).isEqualTo(Files.size(file));
    assertThat(rows).isEqualTo(read(file)).hasSize(67);
    assertThat(rows.stream().filter(row -> row.fault() != null)).hasSize(6);
    byte[] bytes = Files.readAllBytes(file);
    for (ManifestRow row : rows) {
      assertThat(bytes[(int) row.manifestPosition()]).isEqualTo((byte) '{');
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 2097152", // the least
    "8388608, 2, 2097152",
    "40000000, 2, 10000000", // two for each core
    "40000000, 1, 20000000",
    "1000000000000, 100, 33554432", // the most
    "4611686018427387904, 100, 46116860184273" // at most so many splits
  })
  void splitBytes_anyManifest_keepsEachCoreBusyWithinBounds(long all, int cores, long split) {
    assertThat(ManifestReader.splitBytes(all, cores, 32 << 20)).isEqualTo(split);
  }

  @ParameterizedTest
  @CsvSource({"PARQUET, 9223372036854775807", "JSONL, 25"})
  void splits_lastOne_hasAllRowGroupsThatAreLeft(ManifestFile.Format format, long end) {
    ManifestFile file = new ManifestFile("m", format, 25, "1");
    assertThat(ManifestReader.splits(file, 10))
        .containsExactly(
            new ManifestSplit(file, 0, 10),
            new ManifestSplit(file, 10, 20),
            new ManifestSplit(file, 20, end));
    assertThat(
            ManifestReader.splits(
                new ManifestFile("m", format, Long.MAX_VALUE, "1"), Long.MAX_VALUE / 3 * 2))
        .hasSize(2);
  }

  @Test
  void read_fieldInOtherLetters_isABadRow() throws IOException {
    Path table = parquet("a.parquet", table(1).withColumn("Proxy", lit(true)));
    Path lines = folder.resolve("b.jsonl");
    Files.writeString(lines, SampleRow.json("State", "\"committed\"") + "\n");

    assertThat(read(table, lines))
        .extracting(ManifestRow::fault)
        .containsExactly(
            "'Proxy' is not a field: did you mean 'proxy'?",
            "'State' is not a field: did you mean 'state'?");
  }

  @Test
  void read_compressedFiles_giveTheRowsOfThePlainOne() throws IOException {
    byte[] plain = lines().getBytes(StandardCharsets.UTF_8);
    List<ManifestRow> expected = read(Files.write(folder.resolve("m.jsonl"), plain));

    for (String name : List.of("m.jsonl.gz", "M.GZ", "m.jsonl.zst", "m.zstd")) {
      boolean gz = name.endsWith("gz") || name.endsWith("GZ");
      Path file = Files.write(folder.resolve(name), gz ? gzip(plain) : Zstd.compress(plain));

      long before = progress.bytes();
      assertThat(read(file))
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("manifestFile")
          .isEqualTo(expected);
      assertThat(progress.bytes() - before).isEqualTo(Files.size(file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl.gz", "m.jsonl.zst"})
  void read_compressedFileThatBreaksOff_isAFailureOfTheInput(String name) throws IOException {
    byte[] plain = lines().getBytes(StandardCharsets.UTF_8);
    byte[] whole = name.endsWith("gz") ? gzip(plain) : Zstd.compress(plain);
    Path file = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length - 20));

    assertThatThrownBy(() -> read(file))
        .hasRootCauseInstanceOf(Exception.class)
        .satisfies(
            e ->
                assertThat(inputFailure(e))
                    .hasMessageContaining(name)
                    .hasMessageContaining("can't be read to its end"));
  }

  private static JobFailure inputFailure(Throwable thrown) {
    return failure(thrown, JobFailure.Kind.INPUT);
  }

  private static JobFailure failure(Throwable thrown, JobFailure.Kind kind) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof JobFailure failure) {
        assertThat(failure.kind()).isEqualTo(kind);
        return failure;
      }
    }
    throw new AssertionError("no JobFailure", thrown);
  }

  @Test
  void read_nothing_isEmpty() {
    assertThat(new ManifestReader(core, SETTINGS, null, progress).read(List.of()).collect())
        .isEmpty();
  }

  @Test
  void read_rowsWithoutRoot_takeTheDefault() throws IOException {
    Path file = Files.writeString(folder.resolve("m.jsonl"), SampleRow.json("root", "null") + "\n");

    assertThat(read(new ManifestReader(core, SETTINGS, "/given", progress), false, file.toString()))
        .extracting(ManifestRow::root)
        .containsExactly("/given");
  }

  /** Writes rows as one Parquet file. */
  private Path parquet(String name, Dataset<Row> rows) throws IOException {
    Path out = folder.resolve("out-" + System.nanoTime());
    rows.coalesce(1).write().parquet(out.toString());
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (Stream<Path> files = Files.list(out)) {
      Path part =
          files.filter(path -> path.toString().endsWith(".parquet")).findAny().orElseThrow();
      return Files.move(part, file);
    }
  }

  /** A row for each position, with the sample's values. */
  private Dataset<Row> table(int rows) {
    Dataset<Row> table =
        spark.createDataFrame(
            LongStream.range(0, rows).mapToObj(i -> RowFactory.create("é/" + i)).toList(),
            new StructType().add("path", DataTypes.StringType));
    // All at once: Spark analyses the whole plan anew for each call.
    Map<String, Column> columns = new LinkedHashMap<>();
    SampleRow.without("path").forEach((name, value) -> columns.put(name, lit(value)));
    return table.withColumns(columns);
  }

  @Test
  void read_parquet_isAsJsonLinesWithTheRowsIndex() throws IOException {
    List<Row> rows = table(5).collectAsList();
    assertThat(rows).hasSize(5);

    List<ManifestRow> read = read(parquet("m.parquet", table(5)));

    assertThat(progress.allBytes()).isZero();
    assertThat(read).extracting(ManifestRow::manifestPosition).containsExactly(0L, 1L, 2L, 3L, 4L);
    ManifestRow expected = SampleRow.row(SampleRow.with("path", "é/3"));
    assertThat(read.get(3))
        .usingRecursiveComparison()
        .ignoringFields("manifestFile", "manifestPosition")
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b.parquet", "a#b?c%20d.parquet", "[m].parquet", "é{x,y}*.parquet"})
  void read_parquetOfASpecialName_isThatFileAlone(String name) throws IOException {
    Path file = parquet(name, table(2));
    // What the name would mean as a pattern.
    parquet("m.parquet", table(7));

    List<ManifestRow> rows = read(file);

    assertThat(rows).hasSize(2).extracting(ManifestRow::fault).containsOnlyNulls();
    assertThat(rows).extracting(ManifestRow::manifestFile).containsOnly("file:" + file);
  }

  @Test
  void read_parquetWithOtherTypes_takesThemOrSaysWhatIsWrong() throws IOException {
    Map<String, Column> columns = new TreeMap<>();
    columns.put("st_ino", lit("18446744073709551615").cast("decimal(20,0)"));
    columns.put("st_nlink", lit((short) 1));
    columns.put("st_mtime_ns", lit(null).cast("bigint"));
    columns.put("st_mtime", lit(1.5));
    columns.put("nested", lit(new int[] {1}));
    Path file = parquet("m.parquet", table(1).withColumns(columns));

    ManifestRow row = read(file).get(0);

    assertThat(row.fault()).isNull();
    assertThat(row.storedInode()).isEqualTo(-1);
    assertThat(row.storedMtimeSeconds()).isEqualTo(1.5);
    assertThat(faultOf("st_ino", lit("5")))
        .isEqualTo("'st_ino' must be an integer from 0 to 2^64 - 1, not the string '5'");
    assertThat(faultOf("st_size", lit(1.5))).contains("'st_size' must be an integer");
    assertThat(faultOf("path", lit(7))).contains("'path' must be a string, not the number 7");
    assertThat(faultOf("created_at", lit(null).cast("timestamp"))).isNull();
    assertThat(faultOf("created_at", col("st_size").cast("timestamp")))
        .contains("'created_at' must be a string");
    assertThat(faultOf("st_sizes", lit(1))).contains("did you mean 'st_size'?");
    assertThat(faultOf("md5", lit("x"))).contains("is not an MD5");
  }

  private String faultOf(String name, Column value) throws IOException {
    Path file = parquet("f/" + System.nanoTime() + ".parquet", table(1).withColumn(name, value));
    return read(file).get(0).fault();
  }

  @Test
  void read_parquetTextThatIsNotUtf8_isABadRowRatherThanAnotherName() throws IOException {
    assertThat(faultOf("path", lit(new byte[] {'a', (byte) 0xFF}))).contains("'path' is");
    Column raw = lit(new byte[] {'a', (byte) 0xFF}).cast("string");
    assertThat(faultOf("path", raw)).contains("'path' is");
  }

  @Test
  void read_parquetWithoutAColumn_saysWhichIsMissing() throws IOException {
    assertThat(read(parquet("m.parquet", table(1).drop("st_size", "top_hash"))).get(0).fault())
        .isEqualTo("'top_hash' is missing; 'st_size' is missing");
  }

  @Test
  void read_parquetFilesOfOtherColumns_areReadTogether() throws IOException {
    Path one = parquet("one.parquet", table(1).withColumn("md5", lit("0".repeat(32))));
    Path two = parquet("two.parquet", table(1));

    assertThat(read(one, two))
        .extracting(ManifestRow::storedMd5)
        .containsExactly("0".repeat(32), null);
  }

  @Test
  void read_parquetFilesOfOtherTypes_areEachReadByTheirOwn() throws IOException {
    Path one = parquet("one.parquet", table(1));
    Path two = parquet("two.parquet", table(1).withColumn("st_size", lit("5")));
    Path three = parquet("three.parquet", table(1).withColumn("st_size", lit(5)));

    assertThat(read(one, three, two))
        .extracting(ManifestRow::fault)
        .containsExactly(
            null, null, "'st_size' must be an integer from 0 to 2^63 - 1, not the string '5'");
  }

  @Test
  void read_parquetOfManyRowGroups_isReadOnceWhateverItsSplits() throws IOException {
    Dataset<Row> many =
        spark
            .range(6_000)
            .selectExpr("concat(id, ':', sha2(cast(id as string), 512)) as path")
            .withColumn("proxy", lit(true));
    spark.sparkContext().hadoopConfiguration().set("parquet.block.size", "65536");
    Path file;
    try {
      file = parquet("m.parquet", many);
    } finally {
      spark.sparkContext().hadoopConfiguration().unset("parquet.block.size");
    }

    for (long splitBytes : new long[] {10_000, 300_000, Long.MAX_VALUE}) {
      List<ManifestRow> rows =
          read(
              new ManifestReader(core, SETTINGS, "/r", progress, splitBytes),
              false,
              file.toString());
      assertThat(rows).hasSize(6_000);
      assertThat(rows)
          .allSatisfy(row -> assertThat(row.path()).startsWith(row.manifestPosition() + ":"));
    }
  }

  @Test
  void read_parquetOfNoRowsOrNoneOfTheColumns_isNothingOrBadRows() throws IOException {
    assertThat(read(parquet("none.parquet", table(2).limit(0)))).isEmpty();
    assertThat(read(parquet("other.parquet", spark.range(2).toDF())))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.fault()).startsWith("'top_hash' is missing"));
  }

  @Test
  void read_parquetOfNestedColumns_saysThatTheyAreOfTheWrongType() throws IOException {
    assertThat(faultOf("path", struct(lit(1).as("a"), array(lit("x")).as("b"))))
        .contains("'path' must be a string, not an object");
    assertThat(faultOf("md5", array(lit("x")))).contains("'md5' must be a string, not a LIST");
    assertThat(faultOf("md5", lit(null).cast("array<string>"))).isNull();
    assertThat(faultOf("st_size", lit("5").cast("decimal(30,0)"))).isNull();
    assertThat(faultOf("created_at", lit("2026-01-31").cast("date")))
        .contains("'created_at' must be a string, not of type DATE");
  }

  @Test
  void read_parquetWithAColumnTwice_isAFailureOfTheInput() throws IOException {
    Path file = folder.resolve("m.parquet");
    MessageType schema =
        new MessageType(
            "m",
            Types.required(PrimitiveTypeName.INT64).named("st_size"),
            Types.required(PrimitiveTypeName.INT64).named("st_size"));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema).build()) {
      assertThat(writer.getDataSize()).isZero();
    }

    assertThatThrownBy(() -> read(file))
        .satisfies(
            e ->
                assertThat(inputFailure(e))
                    .hasMessageContaining("m.parquet has two columns 'st_size'"));
  }

  @Test
  void read_foldersWithColumns_haveThemInEachRow() throws IOException {
    String path = "out/top_hash=0123/st_size=7/proxy=TRUE/state=__HIVE_DEFAULT_PARTITION__/";
    Path table = parquet(path + "m.parquet", table(1).drop("top_hash", "st_size"));
    Path lines = folder.resolve(path + "a%3Db=c/path=d%2Fe%3A f/m.jsonl");
    Files.createDirectories(lines.getParent());
    Map<String, Object> row = SampleRow.without("path");
    row.put("top_hash", "0123");
    row.put("st_size", 7);
    Files.writeString(lines, new ObjectMapper().writeValueAsString(row) + "\n");

    assertThat(read(table, lines))
        .extracting(
            ManifestRow::fault,
            ManifestRow::topHash,
            ManifestRow::storedSize,
            ManifestRow::added,
            ManifestRow::state,
            ManifestRow::path)
        .containsExactly(
            tuple(null, "0123", 7L, false, "pending", "d/e: f"),
            tuple(null, "0123", 7L, false, "pending", "é/0"));
  }

  /** As Arrow writes them. */
  @Test
  void read_foldersWithEscapedBytesOfUtf8_haveTheirText() throws IOException {
    Path table = parquet("asset=caf%C3%A9 %E2%82%AC%2F/m.parquet", table(1).drop("asset"));

    assertThat(read(table)).extracting(ManifestRow::asset).containsExactly("café €/");
    Path other = folder.resolve("asset=caf%E9/m.parquet");
    Files.createDirectories(other.getParent());
    Files.copy(table, other);
    assertThatThrownBy(() -> read(other))
        .satisfies(
            e ->
                assertThat(inputFailure(e))
                    .hasMessageContaining("A folder of the manifest has %E9 in its name"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "st_size=a | 'st_size' must be an integer from 0 to 2^63 - 1, not the string 'a'",
        "proxy=maybe | 'proxy' must be true or false, not the string 'maybe'",
        "st_sise=1 | 'st_sise' is not a field of os.stat: did you mean 'st_size'?",
        "st_mtime=1e999 | 'st_mtime' must be a finite number of seconds, not the number Infinity",
      })
  void read_foldersWithWrongColumns_makeBadRows(String name, String fault) throws IOException {
    Path file =
        parquet(
            name + "/m.parquet",
            table(1)
                .drop("st_size", "proxy")
                .withColumn("st_size", lit(name.startsWith("st_size") ? null : 1L)));

    assertThat(read(file).get(0).fault()).isEqualTo(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "state=committed | the 'state' 'pending' in a row, but is in the folder state=committed",
        "st_size=8 | the 'st_size' 7 in a row, but is in the folder st_size=8",
        "proxy=true | the 'proxy' false in a row, but is in the folder proxy=true",
        "md5=__HIVE_DEFAULT_PARTITION__ | the 'md5' 'x' in a row, but is in the folder md5=__HIVE",
        "State=committed | State=committed, and 'State' is not a field: did you mean 'state'?",
        "state=pending/state=staged | is in the folders state=pending and state=staged",
      })
  void read_foldersThatContradictRows_areAFailureOfTheInput(String name, String problem)
      throws IOException {
    Dataset<Row> table =
        table(1)
            .withColumns(
                Map.of(
                    "state", lit("pending"),
                    "st_size", lit(7),
                    "proxy", lit(false),
                    "md5", lit("x")));
    Path file = parquet(name + "/m.parquet", table);

    assertThatThrownBy(() -> read(file))
        .satisfies(
            e ->
                assertThat(inputFailure(e))
                    .hasMessageContaining("m.parquet")
                    .hasMessageContaining(problem));
  }

  @Test
  void read_foldersThatSayTheSameAsRows_areOfNoAccount() throws IOException {
    Path file =
        parquet(
            "st_size=7/st_mtime=1.5/st_ctime_ns=5/asset=6/state=pending/proxy=false/m.parquet",
            table(1)
                .drop("st_mtime_ns")
                .withColumns(
                    Map.of(
                        "st_ctime_ns", lit("5"),
                        "asset", lit(6),
                        "st_mtime", lit(1.5),
                        "state", lit("pending"),
                        "st_size", lit(7),
                        "proxy", lit(false))));

    assertThat(read(file).get(0).fault()).isNull();
  }

  @Test
  void read_parquetThatBreaksOff_isAFailureOfTheInput() throws IOException {
    Path file = parquet("m.parquet", table(3));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 30));

    assertThatThrownBy(() -> read(file))
        .satisfies(e -> assertThat(inputFailure(e)).hasMessageContaining("m.parquet is damaged: "));
  }

  /** A local file system whose files can be seen but not read. */
  public static final class Unreadable extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("unreadable:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      throw new SocketException("Connection reset");
    }
  }

  @Test
  void read_parquetOfAFileSystemThatFails_isNoFailureOfTheInput() throws IOException {
    Path file = parquet("m.parquet", table(3));
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.unreadable.impl", Unreadable.class.getName());
    ManifestFile manifest =
        new ManifestFile(
            "unreadable://" + file, ManifestFile.Format.PARQUET, Files.size(file), "unchanged");

    assertThatThrownBy(
            () ->
                new ManifestReader(core, SETTINGS, null, progress)
                    .read(List.of(manifest))
                    .collect())
        .satisfies(
            e ->
                assertThat(failure(e, JobFailure.Kind.SYSTEM))
                    .hasMessageContaining("Connection reset")
                    .hasMessageContaining("may read it, then run again"));
  }

  @Test
  void read_filesOfAllFormats_areReadTogether() throws IOException {
    Path text = Files.writeString(folder.resolve("m.jsonl"), lines());
    Path packed =
        Files.write(folder.resolve("n.jsonl.gz"), gzip(lines().getBytes(StandardCharsets.UTF_8)));

    assertThat(read(text, packed, parquet("o.parquet", table(5)))).hasSize(67 + 67 + 5);
  }

  private Path sample() throws IOException {
    Path source = Path.of("src/test/resources/samples/ama");
    Path root = folder.resolve("ama");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = root.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return root;
  }

  private static Path find(Path root, String kind) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(".asset").resolve(kind))) {
      return files
          .filter(FileSystems.getDefault().getPathMatcher("glob:**.json")::matches)
          .findAny()
          .orElseThrow();
    }
  }

  private List<ManifestRow> readAma(Path root) throws IOException {
    return read(
        new ManifestReader(core, SETTINGS, null, progress),
        true,
        find(root, "manifests").toString());
  }

  @Test
  void read_amaSample_joinsObjectsStatesAndStats() throws IOException {
    Path root = sample();

    List<ManifestRow> rows = readAma(root);

    assertThat(progress.allBytes()).isZero();
    assertThat(progress.bytes()).isEqualTo(Files.size(find(root, "manifests")));
    assertThat(rows).isNotEmpty().extracting(ManifestRow::fault).containsOnlyNulls();
    assertThat(rows).extracting(ManifestRow::root).containsOnly(root.toString());
    assertThat(rows).extracting(ManifestRow::path).doesNotHaveDuplicates().contains("a.txt");
    List<ManifestRow> added = rows.stream().filter(ManifestRow::added).toList();
    assertThat(added).isNotEmpty();
    for (ManifestRow row : added) {
      assertThat(Files.size(root.resolve(row.path()))).isEqualTo(row.storedSize());
      assertThat(row.storedMtimeSeconds()).isNotNull();
      assertThat(row.storedInode()).isNotNull();
    }
  }

  @Test
  void read_amaKeyTwiceInStats_makesThatRowBadAndNoOther() throws IOException {
    Path root = sample();
    List<ManifestRow> before = readAma(root);
    Path stats = root.resolve(".asset/file_stats.json");
    String text = Files.readString(stats);
    ManifestRow first =
        before.stream().filter(row -> row.path().equals("a.txt")).findFirst().orElseThrow();
    assertThat(first.added()).isTrue();
    String key = "\"" + first.path() + "\"";
    assertThat(text).contains(key);
    int at = text.indexOf(key);
    String entry = text.substring(at, text.indexOf('}', at) + 1);
    Files.writeString(stats, text.substring(0, at) + entry + ", " + text.substring(at));

    List<ManifestRow> rows = readAma(root);

    List<String> bad = new ArrayList<>();
    rows.stream().filter(row -> row.fault() != null).forEach(row -> bad.add(row.path()));
    assertThat(bad).containsExactly(first.path());
    assertThat(rows).hasSameSizeAs(before);
  }
}
