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
  private static final Descriptors DESCRIPTORS = new Descriptors();

  private OpenFiles() {}

  /** Returns the link in {@code /proc} to an open file. */
  static Path procPath(FileChannel channel) {
    return Path.of("/proc/self/fd", Integer.toString(descriptor(channel)));
  }

  /**
   * Returns the path under which a file was opened, without symbolic links, as the system knows it;
   * ends in {@code " (deleted)"} where it is gone.
   *
   * @param procPath as {@link #procPath} gives it
   */
  static Path realPath(Path procPath) throws IOException {
    return Files.readSymbolicLink(procPath);
  }

  private static int descriptor(FileChannel channel) {
    try {
      Object descriptor = DESCRIPTORS.get(channel.getClass()).get(channel);
      return DESCRIPTORS.get(FileDescriptor.class).getInt(descriptor);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw JobFailure.system(
          "The number of an open file can't be read on " + Host.name() + ": " + e,
          "Start the JVM as Spark's launchers do, with"
              + " --add-opens=java.base/java.io=ALL-UNNAMED"
              + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          e);
    }
  }

  /** The field {@code fd} of classes: looking it up takes longer than opening a file. */
  private static final class Descriptors extends ClassValue<Field> {
    @Override
    protected Field computeValue(Class<?> type) {
      try {
        Field field = type.getDeclaredField("fd");
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("There is no field fd in " + type, e);
      }
    }
  }
}
