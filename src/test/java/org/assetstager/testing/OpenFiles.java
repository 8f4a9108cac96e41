package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What processes of this machine have open, by proc(5). */
public final class OpenFiles {
  /** A line of /proc/net/tcp: state ESTABLISHED. */
  private static final String ESTABLISHED = "01";

  private OpenFiles() {}

  /** Whether a process has a file open. */
  public static boolean has(ProcessHandle process, Path file) {
    return holds(process, file.toString());
  }

  /** Whether the socket with a port of 127.0.0.1 is still connected and somebody's. */
  public static boolean connected(int port) {
    return socket(port).isPresent();
  }

  /** Returns which of some processes has the connected socket with a port of 127.0.0.1. */
  public static Optional<ProcessHandle> owner(int port, List<ProcessHandle> candidates) {
    return socket(port)
        .flatMap(
            socket -> candidates.stream().filter(process -> holds(process, socket)).findFirst());
  }

  /** As its link in {@code /proc/<pid>/fd} reads. */
  private static Optional<String> socket(int port) {
    String suffix = String.format(":%04X", port);
    try {
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] fields = line.strip().split(" +", -1);
          if (fields[1].endsWith(suffix) && fields[3].equals(ESTABLISHED)) {
            return fields[9].equals("0")
                ? Optional.empty()
                : Optional.of("socket:[" + fields[9] + "]");
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(ProcessHandle process, String target) {
    try (DirectoryStream<Path> links =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      for (Path link : links) {
        if (readLink(link).equals(target)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static String readLink(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // Closed meanwhile.
    }
  }
}
