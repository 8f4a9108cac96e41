package org.assetstager.spark;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.assetstager.files.LocalPaths;
import org.assetstager.files.UnixFiles;

/**
 * Hadoop's file systems and paths, for files of any name: a name may have a colon, where Hadoop
 * looks for a scheme.
 */
public final class PlainFiles {
  private static final int BUFFER_BYTES = 64 << 10;

  private PlainFiles() {}

  /**
   * Returns the file system of a path, without the checksum files that Hadoop keeps beside local
   * files: it can't name one for a file that has a colon in its name, and one is out of date as
   * soon as something else writes the file.
   *
   * @throws IOException if there is no such file system
   */
  public static FileSystem of(Path path, Configuration configuration) throws IOException {
    return of(path.getFileSystem(configuration));
  }

  /** Returns a file system without the checksum files that Hadoop keeps beside local files. */
  public static FileSystem of(FileSystem files) {
    return files instanceof ChecksumFileSystem local ? local.getRawFileSystem() : files;
  }

  /**
   * Makes a path of what a user wrote; a {@code ..} is taken as {@link LocalPaths} does.
   *
   * @param name of the option or setting, for the message
   * @throws org.assetstager.asset.JobFailure of kind INPUT if a {@code ..} follows no directory, or
   *     a pattern
   */
  public static Path named(String name, String text, Configuration configuration) {
    boolean local = "file".equals(FileSystem.getDefaultUri(configuration).getScheme());
    return path(LocalPaths.forHadoop(name, text, local));
  }

  /**
   * Returns the path that a user names. What no scheme can be is a part of the file's name.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static Path path(String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      return new Path(null, null, text);
    }
  }

  /** Returns what a folder has under a relative name, which may be of several parts. */
  public static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /**
   * Returns what is in a folder under the names that are wanted. Of a local folder Hadoop leaves
   * out, without a word, what it can't look at: a link that leads nowhere, a name that isn't UTF-8,
   * and everything where the folder may be listed only.
   *
   * @throws IOException if the folder can't be listed, or one of these is in it
   */
  public static List<FileStatus> list(FileSystem files, Path folder, Predicate<Path> wanted)
      throws IOException {
    Set<String> unseen = new TreeSet<>();
    if (files instanceof RawLocalFileSystem local) {
      String[] names = local.pathToFile(folder).list();
      if (names == null) {
        throw new IOException(folder + " can't be listed");
      }
      Arrays.stream(names).filter(name -> wanted.test(child(folder, name))).forEach(unseen::add);
    }
    List<FileStatus> listed =
        Arrays.stream(files.listStatus(folder))
            .filter(status -> wanted.test(status.getPath()))
            .toList();
    listed.forEach(status -> unseen.remove(status.getPath().getName()));
    if (!unseen.isEmpty()) {
      throw unseen(folder, unseen.iterator().next());
    }
    return listed;
  }

  /**
   * Makes sure that nothing is where a file system found nothing: Hadoop says the same of a local
   * file that it can't look at.
   *
   * @throws IOException if something is there, or that can't be found out
   */
  public static void requireAbsent(FileSystem files, Path path) throws IOException {
    if (files instanceof RawLocalFileSystem local
        && !Files.notExists(local.pathToFile(path).toPath(), LinkOption.NOFOLLOW_LINKS)) {
      throw unseen(path.getParent(), path.getName());
    }
  }

  private static IOException unseen(Path folder, String name) {
    return new IOException(
        "'"
            + name
            + "' in "
            + folder
            + " can't be looked at: it is a link that leads nowhere, or its name isn't UTF-8, or"
            + " the folder may be listed only");
  }

  /**
   * Opens a file; one on a local disk without waiting, even if a FIFO has taken its place.
   *
   * @param position the byte to begin at
   * @return closed by the caller
   * @throws java.io.FileNotFoundException if a store has no such file
   * @throws java.nio.file.NoSuchFileException if a local disk has no such file
   */
  public static InputStream open(Path path, long position, Configuration configuration)
      throws IOException {
    FileSystem files = of(path, configuration);
    if (files.getUri().getScheme().equals("file")) {
      FileInputStream local =
          UnixFiles.openRegularFile(java.nio.file.Path.of(path.toUri().getPath()));
      local.getChannel().position(position);
      return new BufferedInputStream(local, BUFFER_BYTES);
    }
    FSDataInputStream in = files.open(path);
    in.seek(position);
    return in;
  }
}
