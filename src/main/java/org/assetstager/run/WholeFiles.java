package org.assetstager.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.util.functional.ConsumerRaisingIOE;
import org.assetstager.spark.PlainFiles;

/**
 * Small text files on any Hadoop file system. Readers see a whole file or none, even if two drivers
 * write it at the same moment. Local ones have no checksum file of Hadoop's: a file and its
 * checksum can't appear in one step, so two drivers could leave those of both.
 */
final class WholeFiles {
  private static final String CONDITIONAL_CREATE =
      Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

  private WholeFiles() {}

  /**
   * Moves a file to where it is to be seen, unless it is there already; another driver may do the
   * same at this moment.
   *
   * @throws IOException if it is in neither place
   */
  static void moveOnce(FileSystem files, Path from, Path to) throws IOException {
    files.mkdirs(to.getParent());
    if (!files.exists(to) && !isMoved(files, from, to) && !files.exists(to)) {
      throw new IOException(from + " is in neither place");
    }
  }

  private static boolean isMoved(FileSystem files, Path from, Path to) throws IOException {
    try {
      return files.rename(from, to);
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      if (files.exists(to)) {
        return true;
      }
      throw e;
    }
  }

  /** Reads a file; empty where it isn't there. */
  static Optional<String> read(FileSystem any, Path file) throws IOException {
    FileSystem files = PlainFiles.of(any);
    if (files instanceof RawLocalFileSystem local) {
      try (InputStream in = LocalFiles.open(local, file)) {
        return in == null ? Optional.empty() : Optional.of(text(in));
      }
    }
    try (InputStream in = files.open(file)) {
      return Optional.of(text(in));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Writes a small file in the place of what has its name, if anything has. */
  static void replace(FileSystem any, Path file, String text) throws IOException {
    replace(any, file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a file of any size in the place of what has its name, if anything has. */
  static void replace(FileSystem any, Path file, ConsumerRaisingIOE<OutputStream> content)
      throws IOException {
    FileSystem files = PlainFiles.of(any);
    if (files.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM)) {
      // An object store shows what is written once it is closed.
      write(files, file, content);
    } else {
      Path temporary = temporary(file);
      try {
        write(files, temporary, content);
        rename(files, temporary, file);
      } catch (IOException | RuntimeException e) {
        try {
          files.delete(temporary, false);
        } catch (IOException | RuntimeException f) {
          e.addSuppressed(f);
        }
        throw e;
      }
    }
  }

  /**
   * Writes a file if nothing has its name: of several drivers, on several hosts, one succeeds.
   *
   * @return whether it was written; empty where the file system can't do that. After a lost answer
   *     of a file server it may be false all the same
   */
  static Optional<Boolean> create(FileSystem any, Path file, String text) throws IOException {
    FileSystem files = PlainFiles.of(any);
    if (files instanceof DistributedFileSystem hdfs) {
      return Optional.of(createByRename(hdfs, file, text));
    }
    return files.hasPathCapability(file, CONDITIONAL_CREATE)
        ? Optional.of(createByCondition(files, file, text))
        : LocalFiles.writeNew(files, file, text);
  }

  /** A name node's rename takes no name that is in use, and is one step. */
  private static boolean createByRename(DistributedFileSystem files, Path file, String text)
      throws IOException {
    Path temporary = temporary(file);
    write(files, temporary, text);
    try {
      files.rename(temporary, file, Options.Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      files.delete(temporary, false);
      return false;
    }
  }

  /** As S3's {@code If-None-Match: *}. */
  private static boolean createByCondition(FileSystem files, Path file, String text)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(file);
    builder.overwrite(false).recursive();
    builder.must(CONDITIONAL_CREATE, true);
    try {
      write(builder.build(), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      // How a store's answer is told differs: that somebody was first is seen by looking.
      if (files.exists(file)) {
        return false;
      }
      throw e;
    }
    return true;
  }

  /** Two drivers may write the same file: each has a temporary one of its own. */
  private static Path temporary(Path file) {
    return file.suffix("." + UUID.randomUUID() + ".new");
  }

  private static void write(FileSystem files, Path file, String text) throws IOException {
    write(files, file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void write(FileSystem files, Path file, ConsumerRaisingIOE<OutputStream> content)
      throws IOException {
    try {
      write(files.create(file, true), content);
    } catch (FSError e) {
      throw refused(e);
    }
  }

  private static void write(FSDataOutputStream out, ConsumerRaisingIOE<OutputStream> content)
      throws IOException {
    boolean whole = false;
    try {
      content.accept(out);
      whole = true;
    } finally {
      if (!whole) {
        abandon(out);
      }
    }
    out.close();
  }

  /** Closes a file that isn't whole, where closing it would show it. */
  static void abandon(FSDataOutputStream out) throws IOException {
    if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      out.abort();
    } else {
      out.close();
    }
  }

  /** Hadoop's local file system says by an Error that it can't write, as on a full disk. */
  static IOException refused(FSError error) {
    return new IOException(Objects.requireNonNullElse(error.getCause(), error).getMessage(), error);
  }

  private static void rename(FileSystem files, Path temporary, Path file) throws IOException {
    if (files instanceof DistributedFileSystem hdfs) {
      hdfs.rename(temporary, file, Options.Rename.OVERWRITE);
    } else if (!(files instanceof RawLocalFileSystem)) {
      // A FileContext wants the host that a path may leave to the settings.
      Path target = files.makeQualified(file);
      FileContext.getFileContext(target.toUri(), files.getConf())
          .rename(files.makeQualified(temporary), target, Options.Rename.OVERWRITE);
    } else if (!files.rename(temporary, file)) {
      // As rename(2), in one step; a FileContext would delete the old file before.
      throw new IOException(temporary + " can't replace " + file);
    }
  }
}
