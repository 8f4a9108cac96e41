package org.assetstager.snapshot;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.assetstager.asset.JobFailure;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Host;
import org.assetstager.verify.JvmFileNames;

/**
 * What each task makes sure of before it reads: that file names can be asked for, that the root is
 * the directory that the driver saw, and that what it writes lands where the driver reads it.
 */
final class SnapshotChecks implements Serializable {
  private final String root;
  private final AssetRoot.Seen seen;
  private final String token;
  private final SerializableConfiguration configuration;

  private SnapshotChecks(
      String root, AssetRoot.Seen seen, String token, Configuration configuration) {
    this.root = root;
    this.seen = seen;
    this.token = token;
    this.configuration = new SerializableConfiguration(configuration);
  }

  /**
   * Prepares the checks on the driver.
   *
   * @param folder gets a file that the tasks must see
   */
  static SnapshotChecks prepare(AssetRoot root, Path folder, Configuration configuration)
      throws IOException {
    Path token = new Path(folder, "driver-" + UUID.randomUUID());
    folder.getFileSystem(configuration).create(token).close();
    return new SnapshotChecks(root.path().toString(), root.seen(), token.toString(), configuration);
  }

  /**
   * Makes the checks.
   *
   * @throws JobFailure naming the host and the remedy
   */
  AssetRoot root() {
    JvmFileNames.requireUtf8();
    Path path = new Path(token);
    try {
      if (!path.getFileSystem(configuration.value()).exists(path)) {
        throw JobFailure.system(
            "The folder " + path.getParent() + " on " + Host.name() + " is not the driver's",
            "Name an --out on a file system that driver and executors share");
      }
    } catch (IOException e) {
      throw JobFailure.system(
          "The folder " + path.getParent() + " can't be read on " + Host.name() + ": " + e,
          "Let the executors read and write --out",
          e);
    }
    return AssetRoot.open(root, seen, List.of());
  }
}
