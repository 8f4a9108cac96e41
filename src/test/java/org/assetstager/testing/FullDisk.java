package org.assetstager.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A file system without a free byte, mounted on a folder; only who may mount has one. */
public final class FullDisk implements AutoCloseable {
  private final Path folder;

  private FullDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one, with the small files that the folder holds. Where that isn't allowed, the test is
   * skipped.
   */
  public static FullDisk under(Path folder) throws IOException, InterruptedException {
    Map<String, byte[]> kept = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        kept.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString()) == 0,
        "only root may mount a file system");
    FullDisk disk = new FullDisk(folder);
    for (Map.Entry<String, byte[]> file : kept.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve("filler"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      return disk;
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int left = 50; run("umount", folder.toString()) != 0; left--) {
      if (left == 0) {
        throw new IOException("Can't unmount " + folder + ", of which are open: " + openFiles());
      }
      // Hadoop's checksummed stream leaves its files open where it can't write its last bytes; they
      // are closed when it is collected.
      System.gc();
      Thread.sleep(200);
    }
  }

  private List<String> openFiles() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          Path file = Files.readSymbolicLink(descriptor);
          if (file.startsWith(folder)) {
            open.add(file.toString());
          }
        } catch (IOException closed) {
          open.add(descriptor + ", closed meanwhile");
        }
      }
    }
    return open;
  }
}
