package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assetstager.testing.OpenedNames;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes a list of a million lines, in the memory of any other list. */
@Tag("process")
class MillionPathsIT {
  private static final int LINES = 1_000_000;

  /** So few that no disk is asked to make a million. */
  private static final int FILES = 1_000;

  private static final int DIRECTORIES = 10;

  @TempDir private Path folder;

  @Test
  void snapshot_listOfAMillionLines_readsNoDirectoryAndOpensNoFile() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    for (int i = 0; i < DIRECTORIES; i++) {
      Files.createDirectory(root.resolve("d" + i));
    }
    for (int i = 0; i < FILES; i++) {
      Files.createFile(root.resolve("d" + i % DIRECTORIES + "/file " + i));
    }
    Path list = folder.resolve("list");
    write(list, root);
    try (OpenedNames opened = OpenedNames.in(root.resolve("d1"));
        SubmittedJob job =
            submit()
                .start(
                    "snapshot",
                    root.toString(),
                    "--top-hash",
                    "t",
                    "--out",
                    folder.resolve("out").toString(),
                    "--files-from",
                    list.toString(),
                    "--no-hash")) {
      assertThat(job.exitCode()).as("%s", job).isZero();

      assertThat(opened.soFar()).isEmpty();
      assertThat(job.out())
          .contains("snapshot  1,000 files")
          .contains("skipped  999,000: the list names it more than once");
    }
  }

  private static void write(Path list, Path root) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(list)) {
      for (int i = 0; i < LINES; i++) {
        out.write(root + "/d" + i % DIRECTORIES + "/file " + i % FILES + "\n");
      }
    }
  }
}
