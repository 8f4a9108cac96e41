package org.assetstager.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SplittableRandom;

/** Files to measure with. */
final class BenchFiles {
  private static final int FILES_PER_FOLDER = 1_000;
  private static final int CHUNK_BYTES = 1 << 20;

  private BenchFiles() {}

  /** Writes files that all differ. */
  static void write(Path root, int count, long bytes) throws IOException {
    SplittableRandom random = new SplittableRandom(bytes);
    byte[] chunk = new byte[(int) Math.min(bytes, CHUNK_BYTES)];
    for (int i = 0; i < count; i++) {
      if (i % FILES_PER_FOLDER == 0) {
        Files.createDirectories(file(root, i, bytes).getParent());
      }
      try (OutputStream out = Files.newOutputStream(file(root, i, bytes))) {
        for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
          random.nextBytes(chunk);
          out.write(chunk, 0, (int) Math.min(left, chunk.length));
        }
      }
    }
    System.out.printf("%,d files of %,d bytes%n", count, bytes);
  }

  private static Path file(Path root, int index, long bytes) {
    return root.resolve("of-" + bytes)
        .resolve(String.valueOf(index / FILES_PER_FOLDER))
        .resolve(index + ".dat");
  }

  /** Removes a folder, if it is there, with all that it holds. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
