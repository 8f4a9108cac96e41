package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class LocalFilesTest {
  @TempDir private java.nio.file.Path folder;

  private FileSystem files(String umask) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.permissions.umask-mode", umask);
    return FileSystem.newInstance(folder.toUri(), configuration);
  }

  private List<String> permissions(FileSystem files, String name) throws IOException {
    Path path = new Path(folder.toUri().getPath(), name + "/deep/file");
    try (OutputStream out = files.create(path, true)) {
      out.write(1);
    }
    List<String> found = new ArrayList<>();
    for (String made : List.of("", "deep", "deep/file", "deep/.file.crc")) {
      found.add(
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder.resolve(name).resolve(made))));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"022", "077", "002", "000", "027"})
  void create_anyUmaskOfHadoop_givesThePermissionsThatHadoopGives(String umask) throws IOException {
    FileSystem hadoops = files(umask);

    assertThat(permissions(LocalFiles.inPlaceOf(hadoops), "ours"))
        .isEqualTo(permissions(hadoops, "hadoops"));
  }

  @Test
  void setPermission_ofADirectoryThatHandsItsGroupDown_keepsThat() throws Exception {
    java.nio.file.Path shared = Files.createDirectory(folder.resolve("shared"));
    assertThat(new ProcessBuilder("chmod", "2755", shared.toString()).start().waitFor()).isZero();

    assertThat(LocalFiles.inPlaceOf(files("002")).mkdirs(new Path(shared.toUri().getPath(), "in")))
        .isTrue();

    assertThat(mode(shared.resolve("in"))).isEqualTo(02775);
  }

  private static int mode(java.nio.file.Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode") & 07777;
  }

  @Test
  void create_umaskOfTheProcess_startsNoProcess() throws Exception {
    int allowed = mode(Files.createDirectory(folder.resolve("usual")));
    FileSystem hadoops = files(String.format("%03o", 0777 & ~allowed));

    assertThat(processesStarted(() -> permissions(LocalFiles.inPlaceOf(hadoops), "ours")))
        .isEmpty();
    assertThat(processesStarted(() -> permissions(hadoops, "hadoops"))).isNotEmpty();
  }

  private interface Work {
    void run() throws IOException;
  }

  private List<String> processesStarted(Work work) throws IOException {
    java.nio.file.Path file = folder.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .map(event -> event.getString("command"))
        .filter(command -> command.contains(folder.toString()))
        .toList();
  }
}
