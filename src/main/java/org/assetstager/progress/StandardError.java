package org.assetstager.progress;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/**
 * Standard error, which {@code scripts/asset-stager} sends through a filter as long as the JVM
 * starts, since a JVM can't be kept from saying that it uses an incubator module. From then on it
 * is what it was before: a terminal, perhaps, and in order with standard output.
 */
public final class StandardError {
  /** Names the descriptor that standard error was before the filter. */
  private static final String VARIABLE = "ASSET_STAGER_STDERR";

  private StandardError() {}

  /** Puts standard error back; without the script, or where the JVM won't, it stays as it is. */
  public static void restore() {
    String number = System.getenv(VARIABLE);
    if (number == null || !number.matches("[0-9]{1,4}")) {
      return;
    }
    try {
      duplicate(Integer.parseInt(number));
    } catch (Throwable e) {
      // The filter passes on what comes.
      return;
    }
  }

  /** Java has dup2(2) for its sockets only; the same in Java 17 to 25. */
  @SuppressWarnings("IllegalCatch")
  private static void duplicate(int number) throws Throwable {
    Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    trusted.setAccessible(true);
    MethodHandles.Lookup lookup = (MethodHandles.Lookup) trusted.get(null);
    Object dispatcher =
        lookup
            .findConstructor(
                Class.forName("sun.nio.ch.DatagramDispatcher"), MethodType.methodType(void.class))
            .invoke();
    FileDescriptor before =
        (FileDescriptor)
            lookup
                .findConstructor(FileDescriptor.class, MethodType.methodType(void.class, int.class))
                .invoke(number);
    lookup
        .findVirtual(
            Class.forName("sun.nio.ch.NativeDispatcher"),
            "dup",
            MethodType.methodType(void.class, FileDescriptor.class, FileDescriptor.class))
        .invoke(dispatcher, before, FileDescriptor.err);
  }
}
