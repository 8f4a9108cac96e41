package org.assetstager.files;

import static java.lang.invoke.MethodType.methodType;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The system calls by which Java itself opens and looks at files, with all that they take and give:
 * Java's own methods have no {@code O_NONBLOCK}, and no nanoseconds beyond the year 2262. They are
 * the same in Java 17 to 25. A library for native calls would have to unpack a binary into a
 * temporary folder, which may be mounted {@code noexec}.
 */
record UnixCalls(
    MethodHandle openCall,
    MethodHandle errnoOf,
    MethodHandle toIoException,
    MethodHandle modifiedSecondsOf,
    MethodHandle modifiedNanosOf,
    MethodHandle changedSecondsOf,
    MethodHandle changedNanosOf,
    MethodHandle linkCountOf,
    MethodHandle inodeOf,
    MethodHandle deviceOf,
    MethodHandle modeOf,
    MethodHandle userIdOf,
    MethodHandle groupIdOf,
    Field numberOfDescriptor,
    int noFollow) {

  private static final @Nullable UnixCalls FOUND;
  private static final @Nullable Exception MISSING;

  static {
    UnixCalls found = null;
    Exception missing = null;
    try {
      found = find();
    } catch (ReflectiveOperationException | RuntimeException e) {
      missing = e;
    }
    FOUND = found;
    MISSING = missing;
  }

  /**
   * Returns the calls.
   *
   * @throws JobFailure of kind SYSTEM if this JVM doesn't let them be reached
   */
  static UnixCalls get() {
    if (FOUND == null) {
      throw JobFailure.system(
          "The JVM doesn't let files be opened without waiting: " + MISSING,
          "Use Java 17 to 25, and start the JVM as Spark's launchers do, with"
              + " --add-opens=java.base/java.lang.invoke=ALL-UNNAMED"
              + " --add-opens=java.base/java.io=ALL-UNNAMED",
          MISSING == null ? new IllegalStateException() : MISSING);
    }
    return FOUND;
  }

  private static UnixCalls find() throws ReflectiveOperationException {
    Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    trusted.setAccessible(true);
    MethodHandles.Lookup lookup = (MethodHandles.Lookup) trusted.get(null);
    Class<?> path = Class.forName("sun.nio.fs.UnixPath");
    Class<?> dispatcher = Class.forName("sun.nio.fs.UnixNativeDispatcher");
    Class<?> exception = Class.forName("sun.nio.fs.UnixException");
    Field number = FileDescriptor.class.getDeclaredField("fd");
    number.setAccessible(true);
    return new UnixCalls(
        lookup
            .findStatic(dispatcher, "open", methodType(int.class, path, int.class, int.class))
            .asType(methodType(int.class, Path.class, int.class, int.class)),
        lookup
            .findVirtual(exception, "errno", methodType(int.class))
            .asType(methodType(int.class, Exception.class)),
        lookup
            .findVirtual(exception, "asIOException", methodType(IOException.class, path))
            .asType(methodType(IOException.class, Exception.class, Path.class)),
        attribute(lookup, "st_mtime_sec", long.class),
        attribute(lookup, "st_mtime_nsec", long.class),
        attribute(lookup, "st_ctime_sec", long.class),
        attribute(lookup, "st_ctime_nsec", long.class),
        attribute(lookup, "st_nlink", int.class),
        attribute(lookup, "st_ino", long.class),
        attribute(lookup, "st_dev", long.class),
        attribute(lookup, "st_mode", int.class),
        attribute(lookup, "st_uid", int.class),
        attribute(lookup, "st_gid", int.class),
        number,
        constant(lookup, "O_NOFOLLOW"));
  }

  private static int constant(MethodHandles.Lookup lookup, String name)
      throws ReflectiveOperationException {
    Class<?> constants = Class.forName("sun.nio.fs.UnixConstants");
    return (int) lookup.findStaticVarHandle(constants, name, int.class).get();
  }

  private static MethodHandle attribute(MethodHandles.Lookup lookup, String name, Class<?> type)
      throws ReflectiveOperationException {
    return lookup
        .findGetter(Class.forName("sun.nio.fs.UnixFileAttributes"), name, type)
        .asType(methodType(type, PosixFileAttributes.class));
  }

  static final class OpenException extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final IOException error;

    private OpenException(int errno, IOException error) {
      super(error);
      this.errno = errno;
      this.error = error;
    }

    /** Returns the system's number of the error, errno(3). */
    int errno() {
      return errno;
    }

    /** Returns what Java makes of the error. */
    IOException error() {
      return error;
    }
  }

  /**
   * Opens a file by {@code open(2)}.
   *
   * @param flags as the system has them
   * @return the number of the open file
   */
  int open(Path path, int flags) throws OpenException {
    try {
      return (int) openCall.invokeExact(path, flags, 0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      Exception unixException = (Exception) e;
      throw new OpenException(errno(unixException), toIoException(unixException, path));
    }
  }

  private int errno(Exception unixException) {
    try {
      return (int) errnoOf.invokeExact(unixException);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private IOException toIoException(Exception unixException, Path path) {
    try {
      return (IOException) toIoException.invokeExact(unixException, path);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Returns all that Java itself learnt from {@code stat(2)} about a file. */
  FileFacts facts(PosixFileAttributes found) {
    try {
      return new FileFacts(
          found.size(),
          new UnixTime(
              (long) modifiedSecondsOf.invokeExact(found),
              (int) (long) modifiedNanosOf.invokeExact(found)),
          new UnixTime(
              (long) changedSecondsOf.invokeExact(found),
              (int) (long) changedNanosOf.invokeExact(found)),
          Integer.toUnsignedLong((int) linkCountOf.invokeExact(found)),
          (long) inodeOf.invokeExact(found),
          (long) deviceOf.invokeExact(found),
          (int) modeOf.invokeExact(found),
          Integer.toUnsignedLong((int) userIdOf.invokeExact(found)),
          Integer.toUnsignedLong((int) groupIdOf.invokeExact(found)));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Makes Java's object of an open file's number. */
  FileDescriptor descriptor(int number) {
    FileDescriptor descriptor = new FileDescriptor();
    try {
      numberOfDescriptor.setInt(descriptor, number);
    } catch (IllegalAccessException e) {
      throw unexpected(e);
    }
    return descriptor;
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("A call of the JVM failed: " + e, e);
  }
}
