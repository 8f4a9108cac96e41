package org.assetstager.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a process, so that it isn't confused with another one of the same number: in another
 * container, after a restart of the machine, or after its end. Works only on Linux, by proc(5).
 *
 * @param space where a number means one process: the machine since its start, the namespaces of
 *     process numbers and of clocks, and the user, since another one's processes may be hidden;
 *     null where that isn't known
 * @param pid in its own namespace
 * @param startedAtTicks when it started, in clock ticks since the machine did; 0 where that isn't
 *     known
 */
record DriverProcess(@Nullable String space, long pid, long startedAtTicks) {
  private static final Path PROC = Path.of("/proc");

  /** The fields of {@code /proc/<pid>/stat} are counted from the third, which follows the name. */
  private static final int START_AFTER_NAME = 22 - 3;

  /** Returns this JVM's. */
  static DriverProcess ofThisJvm() {
    long pid = ProcessHandle.current().pid();
    try {
      // In a container that shows the processes of another one, /proc is of no use.
      boolean ownProc = Files.readSymbolicLink(PROC.resolve("self")).toString().equals("" + pid);
      return ownProc
          ? new DriverProcess(spaceOfThisJvm(), pid, startedAtTicks(pid))
          : new DriverProcess(null, pid, 0);
    } catch (IOException e) {
      return new DriverProcess(null, pid, 0);
    }
  }

  private static String spaceOfThisJvm() throws IOException {
    String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    Path namespaces = PROC.resolve("self/ns");
    Path clock = namespaces.resolve("time");
    return boot
        + " "
        + Files.readSymbolicLink(namespaces.resolve("pid"))
        + " "
        + (Files.exists(clock) ? Files.readSymbolicLink(clock) : "time")
        + " uid:"
        + Files.getAttribute(PROC.resolve("self"), "unix:uid");
  }

  private static long startedAtTicks(long pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    // The name may have any character.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[START_AFTER_NAME]);
  }

  /**
   * Whether the process has ended for certain: this JVM would see it if it were there. False says
   * nothing.
   */
  boolean hasEnded() {
    if (space == null || !space.equals(ofThisJvm().space)) {
      return false;
    }
    try {
      return startedAtTicks(pid) != startedAtTicks;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
