package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It finds what {@link LocatedFile} finds, who asks the system anew for each file. */
class ScannedDirectoriesTest {
  private static final List<String> NAMES =
      List.of(
          "d",
          "here",
          "up",
          "out",
          "far",
          "dangling",
          "loop",
          "file",
          "absent",
          "chain",
          "..",
          ".");

  /** Linux follows 40 links on a path. */
  private static final int MORE_LINKS_THAN_FOLLOWED = 41;

  @TempDir Path folder;
  private AssetRoot root;

  @BeforeEach
  void makeTree() throws IOException {
    Path real = folder.toRealPath();
    Path outside = Files.createDirectories(real.resolve("outside"));
    Files.writeString(outside.resolve("file"), "secret");
    Path inside = Files.createDirectory(real.resolve("root"));
    for (Path directory = inside; directory.getNameCount() - inside.getNameCount() < 4; ) {
      Files.writeString(directory.resolve("file"), "content");
      Files.createSymbolicLink(directory.resolve("here"), Path.of("."));
      Files.createSymbolicLink(directory.resolve("up"), Path.of(".."));
      Files.createSymbolicLink(directory.resolve("out"), outside);
      Files.createSymbolicLink(directory.resolve("far"), inside.resolve("d"));
      Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));
      Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
      Files.createSymbolicLink(directory.resolve("chain"), Path.of("here/here/here/d"));
      directory = Files.createDirectory(directory.resolve("d"));
    }
    root = AssetRoot.open(inside.toString());
  }

  private static String found(Finding finding) {
    try {
      ScannedFile file = finding.find();
      return file.realPath() + " " + file.facts();
    } catch (FileRefusedException e) {
      return e.getMessage();
    }
  }

  private interface Finding {
    ScannedFile find() throws FileRefusedException;
  }

  private void requireSame(ScannedDirectories directories, String path) {
    assertThat(found(() -> directories.find(root, path)))
        .as(path)
        .isEqualTo(
            found(
                () -> {
                  LocatedFile located = LocatedFile.find(root, path);
                  return new ScannedFile(located.realPath(), located.facts());
                }));
  }

  @Test
  void find_pathsThroughLinksOfEveryKind_isWhatTheSystemFinds() {
    List<String> paths = new ArrayList<>(NAMES);
    for (int from = 0, depth = 1; depth < 4; depth++) {
      int to = paths.size();
      for (; from < to; from++) {
        for (String name : NAMES) {
          paths.add(paths.get(from) + "/" + name);
        }
      }
    }
    // In any order, since earlier ones leave their directories behind.
    Collections.shuffle(paths, new Random(7));
    ScannedDirectories directories = new ScannedDirectories();

    paths.subList(0, 4_000).forEach(path -> requireSame(directories, path));
  }

  @Test
  void find_moreLinksThanTheSystemFollows_isRefusedAlthoughEachPartWasFound() {
    ScannedDirectories directories = new ScannedDirectories();

    for (int links = 1; links <= MORE_LINKS_THAN_FOLLOWED; links++) {
      requireSame(directories, "here/".repeat(links) + "file");
      requireSame(directories, "here/".repeat(links) + "d/file");
    }
    assertThat(
            found(() -> directories.find(root, "here/".repeat(MORE_LINKS_THAN_FOLLOWED) + "file")))
        .contains("loop");
  }

  @Test
  void find_pathOfAMegabyte_isRefusedAsTheSystemDoes() {
    requireSame(new ScannedDirectories(), "d/".repeat(1 << 19) + "file");
  }
}
