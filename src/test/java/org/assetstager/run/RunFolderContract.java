package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * What a run needs of the file system that its folder is in, for those that aren't local: {@link
 * RunFolderTest}, {@link RunLockTest} and {@link StepCommitsTest} have more of the local one.
 */
public interface RunFolderContract {
  /** Returns where the folders are made, one for each test. */
  String folders();

  /** Returns the settings of the file system. */
  Configuration hadoop();

  private RunFolder folder(TestInfo test) {
    RunFolder folder =
        new RunFolder(folders(), test.getTestMethod().orElseThrow().getName(), hadoop());
    folder.create();
    return folder;
  }

  private static List<String> names(RunFolder folder, String of) {
    return folder.list(of).stream().map(file -> file.getPath().getName()).toList();
  }

  @Test
  default void writeText_again_replacesTheText(TestInfo test) {
    RunFolder folder = folder(test);

    folder.writeText("deep/note", "one");
    folder.writeText("deep/note", "other");

    assertThat(folder.readText("deep/note")).contains("other");
    assertThat(names(folder, "deep")).containsExactly("note");
    assertThat(RunFolder.below(folders(), hadoop()))
        .extracting(RunFolder::name)
        .contains(folder.name());
  }

  @Test
  default void writeNew_nameInUse_leavesWhatIsThere(TestInfo test) {
    RunFolder folder = folder(test);

    assertThat(folder.writeNew("note.json", List.of("one"))).contains(true);
    assertThat(folder.writeNew("note.json", List.of("other"))).contains(false);

    assertThat(folder.readText("note.json").orElseThrow()).contains("one");
    assertThat(names(folder, ".")).containsExactly("note.json");
  }

  @Test
  default void delete_twice_saysWhetherItWasThere(TestInfo test) {
    RunFolder folder = folder(test);
    folder.writeText("deep/note", "one");

    assertThat(folder.delete("deep")).isTrue();
    assertThat(folder.delete("deep")).isFalse();
    assertThat(folder.exists("deep")).isFalse();
  }

  @Test
  default void take_free_doesNotWait(TestInfo test) {
    RunFolder folder = folder(test);
    long start = System.nanoTime();

    RunLock.take(folder, Duration.ofMinutes(5)).close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    assertThat(names(folder, ".")).isEmpty();
  }

  @Test
  default void take_byManyAtOnce_isGivenToOne(TestInfo test) throws Exception {
    RunLockTest.requireGivenToOne(folder(test));
  }

  @Test
  default void commit_byManyAtOnce_isOneDrivers(TestInfo test) throws Exception {
    StepCommitsTest.requireOneCommit(folder(test));
  }
}
