package org.assetstager.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The names of the files that any process opens in a directory, by the kernel's word (inotify(7)).
 * Java's own watch service doesn't tell of opens, so that a few lines of Perl, which every Linux
 * has, do it.
 */
public final class OpenedNames implements AutoCloseable {
  // The numbers of inotify_init and inotify_add_watch; IN_ISDIR is 0x40000000.
  private static final String PERL =
      """
      my ($init, $add) = `uname -m` =~ /x86_64/ ? (253, 254) : (26, 27);
      my $fd = syscall($init, 0);
      $fd >= 0 or die "inotify_init: $!";
      open(my $in, '<&=', $fd) or die $!;
      syscall($add, $fd, my $path = $ARGV[0], $ARGV[1] + 0) >= 0 or die "inotify_add_watch: $!";
      $| = 1;
      print "watching\\n";
      while (sysread($in, my $events, 65536)) {
        while (length $events) {
          my ($watch, $mask, $cookie, $length) = unpack('iIII', $events);
          my $name = unpack("x16 Z$length", $events);
          print "$name\\n" unless $mask & 0x40000000;
          $events = substr($events, 16 + $length);
        }
      }
      """;

  // inotify(7).
  private static final int MODIFY = 0x2;
  private static final int ATTRIBUTES = 0x4;
  private static final int CLOSE_WRITE = 0x8;
  private static final int OPEN = 0x20;
  private static final int MOVED = 0xC0;
  private static final int DELETE = 0x200;

  private final Path directory;
  private final Process process;
  private final Set<String> names = new ConcurrentSkipListSet<>();
  private final BufferedReader lines;

  private OpenedNames(Path directory, int events) throws IOException {
    this.directory = directory;
    this.process =
        new ProcessBuilder("perl", "-e", PERL, directory.toString(), Integer.toString(events))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    readUpTo("watching");
  }

  /** Begins to watch a directory, without those below it. */
  public static OpenedNames in(Path directory) throws IOException {
    return new OpenedNames(directory, OPEN);
  }

  /**
   * As {@link #in}, of files that are written, closed after they were open for that, or altered.
   */
  public static OpenedNames alteredIn(Path directory) throws IOException {
    return new OpenedNames(directory, MODIFY | ATTRIBUTES | CLOSE_WRITE | MOVED | DELETE);
  }

  /** Returns the names of all files that have been opened since the beginning. */
  public Set<String> soFar() throws IOException {
    // Events come in order: once this one's is here, so are all before it.
    Path last = Files.createTempFile(directory, "last", null);
    try {
      readUpTo(last.getFileName().toString());
    } finally {
      Files.delete(last);
    }
    return new TreeSet<>(names);
  }

  private void readUpTo(String last) throws IOException {
    for (String line = lines.readLine(); !last.equals(line); line = lines.readLine()) {
      if (line == null) {
        throw new IOException("The watch of " + directory + " ended");
      }
      names.add(line);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
