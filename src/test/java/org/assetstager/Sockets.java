package org.assetstager;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Linux's tables of sockets. */
final class Sockets {
  private Sockets() {}

  /** Returns the lines of a table; none where there is no such table. */
  static Stream<String> lines(String table) {
    try {
      return Files.readAllLines(Path.of(table)).stream();
    } catch (IOException e) {
      return Stream.of();
    }
  }

  /** Returns the id of the process that has a socket open, by its inode; empty where none has. */
  static String processOf(String inode) {
    String socket = "socket:[" + inode + "]";
    return ProcessHandle.allProcesses()
        .map(process -> Long.toString(process.pid()))
        .filter(pid -> hasOpen(pid, socket))
        .findFirst()
        .orElse("");
  }

  private static boolean hasOpen(String pid, String socket) {
    try (Stream<Path> files = Files.list(Path.of("/proc", pid, "fd"))) {
      return files.anyMatch(file -> isLinkTo(file, socket));
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean isLinkTo(Path file, String target) {
    try {
      return Files.readSymbolicLink(file).toString().equals(target);
    } catch (IOException e) {
      return false;
    }
  }
}
