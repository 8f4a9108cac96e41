package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path temporary;
  private Path ledgers;
  private RunFolder folder;

  record Note(String text, long number) {}

  @BeforeEach
  void nameFolder() throws Exception {
    ledgers = Files.createDirectory(temporary.resolve("ledgers of é #1"));
    folder = new RunFolder("file://" + ledgers, "r1", new Configuration());
  }

  private Path local(String name) {
    return ledgers.resolve("run_id=r1").resolve(name);
  }

  @Test
  void create_twice_makesTheFolderOnce() {
    assertThat(folder.exists()).isFalse();

    folder.create();
    folder.create();

    assertThat(folder.exists()).isTrue();
    assertThat(ledgers.resolve("run_id=r1")).isDirectory();
    assertThat(folder.location()).endsWith("/run_id=r1").startsWith("file:/");
  }

  @Test
  void writeText_again_replacesTheText() {
    folder.writeText("deep/er/note", "one\n");
    folder.writeText("deep/er/note", "zwei é");

    assertThat(folder.readText("deep/er/note")).contains("zwei é");
    assertThat(local("deep/er/note")).hasContent("zwei é");
    assertThat(folder.list("deep/er"))
        .extracting(file -> file.getPath().getName())
        .containsExactly("note");
  }

  @Test
  void writeText_byTwoDriversAtOnce_leavesTheTextOfOne() throws Exception {
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> writing = new ArrayList<>();
      for (String text : List.of("one", "other")) {
        writing.add(
            drivers.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    folder.writeText("deep/note", text);
                    assertThat(folder.readText("deep/note").orElseThrow()).isIn("one", "other");
                  }
                }));
      }
      for (Future<?> future : writing) {
        future.get();
      }
    } finally {
      drivers.shutdownNow();
    }

    assertThat(folder.list("deep"))
        .extracting(file -> file.getPath().getName())
        .containsExactly("note");
  }

  @Test
  void writeText_afterACrashHalfway_ignoresWhatWasLeft() throws Exception {
    folder.writeText("note", "whole");
    Files.writeString(local("note.new"), "hal");

    assertThat(folder.readText("note")).contains("whole");

    folder.writeText("note", "new");

    assertThat(folder.readText("note")).contains("new");
  }

  @Test
  void readText_nothingThere_isEmpty() {
    assertThat(folder.readText("note")).isEmpty();
    assertThat(folder.readJson("note", Note.class)).isEmpty();
    assertThat(folder.exists("note")).isFalse();
    assertThat(folder.list("folder")).isEmpty();
  }

  @Test
  void readJson_whatWasWritten_isTheRecord() {
    Note note = new Note("é \"quoted\"", Long.MIN_VALUE);
    folder.writeJson("note.json", note);

    assertThat(folder.readJson("note.json", Note.class)).contains(note);
  }

  @Test
  void readJson_damaged_namesTheFile() {
    folder.writeText("note.json", "{\"text\": \"ha");

    assertThatThrownBy(() -> folder.readJson("note.json", Note.class))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("run_id=r1/note.json")
        .hasMessageContaining("is damaged")
        .hasMessageContaining("new run id");
  }

  @Test
  void delete_fileFolderOrNothing_leavesNothing() {
    folder.writeText("a/b", "x");
    folder.writeText("c", "x");

    folder.delete("a");
    folder.delete("c");
    folder.delete("never there");

    assertThat(folder.exists("a")).isFalse();
    assertThat(folder.exists("c")).isFalse();
    assertThat(folder.exists()).isTrue();
  }

  @Test
  void create_belowAFile_saysWhatToCheck() throws Exception {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    RunFolder impossible = new RunFolder("file://" + file, "r1", new Configuration());

    assertThatThrownBy(impossible::create)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Can't create the run's folder file:" + file + "/run_id=r1")
        .hasMessageContaining("Check ledger.path");
    assertThatThrownBy(() -> impossible.writeText("note", "x"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Can't write to the run's folder");
  }

  private void requireCantBeRead(String cause) {
    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> folder.readText("note"),
            () -> folder.exists("note"),
            () -> folder.list("folder"),
            () -> RunLock.holder(folder))) {
      assertThatThrownBy(look)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining(" the run's folder " + folder.location() + ": ")
          .hasMessageContaining(cause);
    }
  }

  /** As by a file server that fails: there may be something. */
  @Test
  void read_whatCantBeLookedAt_isNeverAbsent() throws Exception {
    Files.createSymbolicLink(ledgers.resolve("run_id=r1"), Path.of("run_id=r1"));

    requireCantBeRead("Too many levels of symbolic links");
    assertThatThrownBy(() -> RunFolder.below(folder.location(), new Configuration()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Can't list the ledgers in ")
        .hasMessageContaining("Too many levels of symbolic links");
  }

  @Test
  void list_anEntryThatCantBeLookedAt_isNotLeftOut() throws Exception {
    folder.writeText("ledger/a", "a");
    Files.createSymbolicLink(local("ledger/b"), Path.of("b"));

    assertThatThrownBy(() -> folder.list("ledger"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("ledger/b");
  }

  @Test
  void read_belowAFile_isAbsent() {
    folder.writeText("note", "x");

    assertThat(folder.readText("note/deep")).isEmpty();
    assertThat(folder.exists("note/deep")).isFalse();
    assertThat(folder.list("note/deep")).isEmpty();
  }

  @Test
  void read_withoutTheRight_saysSo() throws Exception {
    folder.writeText("note", "x");
    folder.writeText("folder/note", "x");
    Files.setPosixFilePermissions(local(""), PosixFilePermissions.fromString("---------"));
    try {
      // Permissions don't bind the superuser.
      assumeThat(Files.isReadable(local(""))).isFalse();
      requireCantBeRead("Permission denied");
    } finally {
      Files.setPosixFilePermissions(local(""), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void read_fileWithoutTheRight_saysSo() throws Exception {
    folder.writeText("note", "x");
    folder.writeText("folder/note", "x");
    for (String closed : List.of("note", "folder")) {
      Files.setPosixFilePermissions(local(closed), PosixFilePermissions.fromString("---------"));
    }
    try {
      assumeThat(Files.isReadable(local("note"))).isFalse();
      assertThatThrownBy(() -> folder.readText("note"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("Permission denied: " + local("note"));
      assertThatThrownBy(() -> folder.list("folder"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("Permission denied: " + local("folder"));
      assertThat(folder.exists("note")).isTrue();
    } finally {
      Files.setPosixFilePermissions(local("folder"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void serialization_onAnExecutor_isTheSameFolder() throws Exception {
    folder.writeText("note", "here");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(folder);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      RunFolder there = (RunFolder) in.readObject();

      assertThat(there.location()).isEqualTo(folder.location());
      assertThat(there.readText("note")).contains("here");
    }
  }
}
