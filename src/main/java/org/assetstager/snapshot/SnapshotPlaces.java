package org.assetstager.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.LocalPaths;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.PlainFiles;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.JvmFileNames;

/**
 * Where a snapshot reads and writes, checked on the driver before anything is written.
 *
 * @param root the directory to read
 * @param out the folder to write, with its scheme; never below the root
 */
record SnapshotPlaces(AssetRoot root, Path out) {
  /** The folder of the steps, in {@code out}. */
  static final String STEPS = "_snapshot";

  /**
   * Checks a request.
   *
   * @param localMaster whether all tasks run in this JVM
   * @throws JobFailure of kind INPUT if it can't be carried out
   */
  static SnapshotPlaces of(SnapshotRequest request, boolean localMaster) {
    JvmFileNames.requireUtf8();
    AssetRoot root = root(request.root());
    Path out = out(request.out(), localMaster);
    requireOutside(root, out);
    return new SnapshotPlaces(root, out);
  }

  private static AssetRoot root(String text) {
    java.nio.file.Path path = LocalPaths.absolute("The root", text);
    if (Files.isDirectory(path)) {
      return AssetRoot.open(path.toString());
    }
    throw JobFailure.input(
        "The root '" + text + "' is not a directory that the job can reach",
        "Name the directory whose files should be in the manifest");
  }

  private static Path out(String text, boolean localMaster) {
    if (text.isEmpty()) {
      throw JobFailure.input("--out is empty", "Name a folder that does not exist yet");
    }
    if (PlainFiles.path(text).toUri().getScheme() != null) {
      return PlainFiles.path(LocalPaths.forHadoop("--out", text, localMaster));
    }
    if (!localMaster) {
      throw JobFailure.input(
          "--out '" + text + "' has no scheme, so it is not clear whose file system it is on",
          "Write hdfs:, s3a:, or file: for a file system that every host has mounted");
    }
    return new Path("file", null, LocalPaths.absolute("--out", text).toString());
  }

  private static void requireOutside(AssetRoot root, Path out) {
    if (!"file".equals(out.toUri().getScheme())) {
      return;
    }
    java.nio.file.Path local = java.nio.file.Path.of(out.toUri().getPath());
    java.nio.file.Path existing = local;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      if (existing.toRealPath().startsWith(root.realPath()) || local.startsWith(root.path())) {
        throw JobFailure.input(
            "--out '" + out + "' is below the root '" + root.path() + "', where nothing is written",
            "Name a folder elsewhere");
      }
    } catch (IOException e) {
      throw JobFailure.input("--out '" + out + "' can't be reached: " + e, "Check the path", e);
    }
  }

  /** Returns the folder of the snapshot's steps. */
  RunFolder folder(Configuration configuration) {
    return new RunFolder(new Path(out, STEPS).toString(), configuration);
  }

  /**
   * Makes sure that nothing is overwritten.
   *
   * @param steps of {@link #folder}
   * @throws JobFailure of kind INPUT if there is something at the path
   */
  void requireNew(RunFolder steps) throws IOException {
    if (out.getFileSystem(steps.configuration()).exists(out)) {
      throw steps.exists() && !steps.exists(RunDescription.FILE) ? neverBegun() : exists();
    }
  }

  /** Makes the failure of an output that a snapshot left which broke off before its first step. */
  JobFailure neverBegun() {
    return JobFailure.input(
        "--out '"
            + out
            + "' belongs to a snapshot that broke off before it began, for example while it read"
            + " its list from standard input: there is nothing to resume",
        "If no snapshot is starting there now, remove the folder, and start the snapshot without"
            + " --resume");
  }

  /** Makes the failure of an output that is there already. */
  JobFailure exists() {
    return JobFailure.input(
        "--out '" + out + "' exists already",
        "Name another folder; or continue with --resume, if a snapshot broke off there (it has"
            + " no _SUCCESS then)");
  }
}
