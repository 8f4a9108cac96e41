package org.assetstager.verify;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assetstager.asset.JobFailure;

/**
 * What the system knows about this JVM's open files. Java offers neither {@code fstat(2)} nor the
 * path of an open file; Linux does by {@code /proc/self/fd}, proc(5).
 */
final class OpenFiles {
  private OpenFiles() {}

  /** Returns the link in {@code /proc} that stands for an open file. */
  static Path procPath(FileChannel channel) {
    return Path.of("/proc/self/fd", Integer.toString(descriptor(channel)));
  }

  /**
   * Returns the path under which the file was opened, without symbolic links, as the system knows
   * it; ends in {@code " (deleted)"} where it is gone.
   */
  static Path realPath(FileChannel channel) throws IOException {
    return Files.readSymbolicLink(procPath(channel));
  }

  private static int descriptor(FileChannel channel) {
    Object descriptor = field(channel, channel.getClass(), "fd");
    return (Integer) field(descriptor, FileDescriptor.class, "fd");
  }

  private static Object field(Object object, Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw JobFailure.system(
          "The number of an open file can't be read on " + Host.name() + ": " + e,
          "Start the JVM as Spark's launchers do, with"
              + " --add-opens=java.base/java.io=ALL-UNNAMED"
              + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          e);
    }
  }
}
