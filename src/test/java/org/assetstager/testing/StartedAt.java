package org.assetstager.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Alters when a run or a snapshot began, after it has ended: so tests needn't wait until their
 * files are older than that.
 */
public final class StartedAt {
  private static final long LATER_MILLIS = 60_000;

  private StartedAt() {}

  /**
   * Lets it have begun long after its files were written.
   *
   * @param folder has its run.json
   */
  public static void later(Path folder) throws IOException {
    set(folder, System.currentTimeMillis() + LATER_MILLIS);
  }

  /** Lets it have begun at a moment, in milliseconds since the epoch. */
  public static void set(Path folder, long millis) throws IOException {
    Path file = folder.resolve("run.json");
    ObjectNode run = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    Files.writeString(file, run.put("startedAtMillis", millis).toString());
  }
}
