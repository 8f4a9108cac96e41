package org.assetstager.snapshot;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunStart;
import org.assetstager.verify.AssetRoot;
import org.jspecify.annotations.Nullable;

/**
 * Starts a snapshot, or resumes an interrupted one.
 *
 * @param folder of its steps
 * @param inputs what {@code --since} and {@code --files-from} name, as it is now
 * @param cores to keep busy
 */
record SnapshotStart(
    RunFolder folder,
    SnapshotPlaces places,
    SnapshotRequest request,
    Map<String, String> inputs,
    int cores) {
  private static final String ID = "snapshot";

  /**
   * Begins a snapshot.
   *
   * @throws JobFailure of kind INPUT if there is something in its place
   */
  RunDescription begin() {
    try {
      places.requireNew(folder);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't look at " + places.out() + ": " + e.getMessage(), "Check its rights", e);
    }
    if (request.list() != null && request.list().isStandardInput()) {
      SpooledList.write(folder, System.in);
    }
    RunDescription description =
        new RunDescription(
            RunDescription.FORMAT,
            ID,
            List.of(),
            places.root().path().toString(),
            null,
            false,
            cores,
            "",
            asked(),
            System.currentTimeMillis(),
            UUID.randomUUID().toString(),
            null,
            null,
            null);
    if (!RunStart.start(folder, description, null, List.of())) {
      throw places.exists();
    }
    return description;
  }

  /**
   * Returns what the snapshot was begun with.
   *
   * @throws JobFailure of kind INPUT if there is none, or it was started with other options
   */
  RunDescription goOn() {
    RunDescription before = folder.readJson(RunDescription.FILE, RunDescription.class).orElse(null);
    if (before == null && folder.exists()) {
      throw places.neverBegun();
    }
    if (before == null || before.format() != RunDescription.FORMAT) {
      throw JobFailure.input(
          "There is no snapshot to resume in --out '" + places.out() + "'",
          "Name the --out of the interrupted snapshot, or start one without --resume");
    }
    asked()
        .forEach(
            (name, now) -> {
              String then = before.settings().getOrDefault(name, "none");
              if (!then.equals(now)) {
                throw JobFailure.input(
                    "The snapshot was started with " + name + " " + then + ", not " + now,
                    "Resume it with the same root and options, or start one with another --out");
              }
            });
    return before;
  }

  private Map<String, String> asked() {
    AssetRoot.Seen root = places.root().seen();
    Map<String, String> asked = new TreeMap<>();
    asked.put("the root", places.root().path().toString());
    asked.put(
        "a root that is", root.realPath() + " (inode " + Long.toUnsignedString(root.inode()) + ")");
    asked.put("--top-hash", request.topHash());
    asked.put("--class-id", text(request.classId()));
    asked.put("--asset", text(request.asset()));
    asked.putAll(inputs);
    asked.put("--no-hash", request.hashed() ? "no" : "yes");
    return asked;
  }

  private static String text(@Nullable String text) {
    return text == null ? "none" : "'" + text + "'";
  }
}
