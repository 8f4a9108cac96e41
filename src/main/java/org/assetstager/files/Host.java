package org.assetstager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine, for messages and for the locks of runs. */
public final class Host {
  private Host() {}

  /** Returns the host's name as {@code gethostname(2)} does, without asking a name server. */
  public static String name() {
    try {
      return "host " + Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "a host of unknown name";
    }
  }
}
