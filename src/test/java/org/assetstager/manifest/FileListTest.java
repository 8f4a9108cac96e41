package org.assetstager.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class FileListTest {
  @TempDir Path folder;

  private FileList open(ListFormat format, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("list"), text);
    return FileList.open(file.toString(), format, new Configuration(false));
  }

  private static List<String> paths(FileList list, long splitBytes) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    List<String> paths = new ArrayList<>();
    for (FileList.Split split : list.splits(spark, splitBytes).collect()) {
      list.read(split, List.of("/root")).forEachRemaining(file -> paths.add(file.path()));
    }
    return paths;
  }

  @Test
  void open_auto_tellsTheFormatByTheBeginning() throws IOException {
    assertThat(open(ListFormat.AUTO, "a\nb\0c").format()).isEqualTo(ListFormat.NUL);
    assertThat(open(ListFormat.AUTO, "/a\n/b").format()).isEqualTo(ListFormat.NEWLINE);
    assertThat(open(ListFormat.AUTO, "").format()).isEqualTo(ListFormat.NEWLINE);
    assertThat(open(ListFormat.AUTO, "/path,b\n").format()).isEqualTo(ListFormat.NEWLINE);
    for (String header : List.of("path,md5\n", "\uFEFF\"st_size\",\"path\"\r\n", "path,st_uid")) {
      assertThat(open(ListFormat.AUTO, header).format()).isEqualTo(ListFormat.CSV);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"path\n/a\n", "path,owner\n", "owner,path"})
  void open_autoNotClear_asksForTheFormat(String text) throws IOException {
    assertThatThrownBy(() -> open(ListFormat.AUTO, text))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("a path or a CSV header")
        .hasMessageContaining("--files-format csv");
    assertThat(open(ListFormat.CSV, text).header()).contains("path");
    assertThat(open(ListFormat.NEWLINE, text).header()).isEmpty();
  }

  @Test
  void open_listOfMmapplypolicy_saysHowToTakeThePaths() {
    assertThatThrownBy(
            () -> open(ListFormat.AUTO, "45057 1743325131 0   -- /gpfs/fs1/a\n45058 1 0 x -- /b\n"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("comes from mmapplypolicy")
        .hasMessageContaining("sed 's,^[^/]* -- /,/,'");
  }

  @Test
  void open_csvWithCarriageReturnsAlone_saysSo() {
    for (ListFormat format : List.of(ListFormat.AUTO, ListFormat.CSV)) {
      assertThatThrownBy(() -> open(format, "path,md5\r/data/a,x\r/data/b,y\r"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("its lines end in carriage returns alone");
    }
  }

  @Test
  void read_listThatWasWrittenSinceItWasOpened_isRefused() throws IOException {
    FileList list = open(ListFormat.NEWLINE, "a\nb\n");
    Files.writeString(Path.of(list.path().substring("file:".length())), "a\nb\nc\n");

    assertThatThrownBy(() -> paths(list, 1_000_000))
        .hasMessageContaining("is not the file that it was when the job started");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b\n", "path,st_sise\n", "Path,path2\n", "path,path\n", ""})
  void open_csvWithoutProperHeader_saysWhatIsWrong(String text) {
    assertThatThrownBy(() -> open(ListFormat.CSV, text))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("is not a CSV list of files");
  }

  @Test
  void open_missingListOrFolder_isRefused() {
    assertThatThrownBy(
            () -> FileList.open(folder + "/none", ListFormat.AUTO, new Configuration(false)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(
            () -> FileList.open(folder.toString(), ListFormat.AUTO, new Configuration(false)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("names the folder");
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 64, 1_000_000})
  void splits_ofAnySize_haveEachPathOnce(long splitBytes) throws IOException {
    StringBuilder csv = new StringBuilder("path,created_by\n");
    StringBuilder nul = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String path = "dir/new\nline \"" + i + "\", é";
      expected.add(path);
      nul.append(path).append('\0');
      csv.append('"').append(path.replace("\"", "\"\"")).append("\",\"some\none\"\n");
    }

    assertThat(paths(open(ListFormat.CSV, csv.toString()), splitBytes)).isEqualTo(expected);
    assertThat(paths(open(ListFormat.NUL, nul.toString()), splitBytes)).isEqualTo(expected);
  }

  @Test
  void splits_compressedList_isReadWhole() throws IOException {
    Path file = folder.resolve("list.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("a\n/root/b\n".getBytes(StandardCharsets.UTF_8));
    }

    FileList list = FileList.open(file.toString(), ListFormat.AUTO, new Configuration(false));

    assertThat(paths(list, 4)).containsExactly("a", "b");
  }

  /** A local disk whose files have ETags, as those of an object store. */
  public static final class Tagged extends RawLocalFileSystem {
    private static final AtomicReference<String> ETAG = new AtomicReference<>("");

    private static final class Status extends FileStatus implements EtagSource {
      private static final long serialVersionUID = 1;

      Status(FileStatus status) {
        super(status.getLen(), false, 1, 1, status.getModificationTime(), status.getPath());
      }

      @Override
      public String getEtag() {
        return ETAG.get();
      }
    }

    @Override
    public URI getUri() {
      return URI.create("tagged:///");
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      return new Status(super.getFileStatus(path));
    }
  }

  @Test
  void fingerprint_storeWithEtags_goesByTheEtagNotByTheTime() throws IOException {
    Path file = Files.writeString(folder.resolve("list"), "a");
    Configuration configuration = new Configuration(false);
    configuration.set("fs.tagged.impl", Tagged.class.getName());
    Tagged.ETAG.set("one");
    String before = FileList.fingerprint("tagged:" + file, configuration);

    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(FileList.fingerprint("tagged:" + file, configuration)).isEqualTo(before);
    Tagged.ETAG.set("other");
    assertThat(FileList.fingerprint("tagged:" + file, configuration))
        .isNotEqualTo(before)
        .endsWith("ETag other");
    assertThat(FileList.fingerprint(file.toString(), configuration)).endsWith("modified at 1");
  }
}
