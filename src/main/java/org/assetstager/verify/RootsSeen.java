package org.assetstager.verify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assetstager.files.Host;
import org.jspecify.annotations.Nullable;

/**
 * What a task saw of the roots of its rows, packed: a manifest may have a hundred thousand roots.
 * The task returns it to the driver, for {@link Roots#compare}.
 */
public final class RootsSeen implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] packed;

  private RootsSeen(byte[] packed) {
    this.packed = packed;
  }

  /** Tells each root and mount point, once or more often, in no order. */
  void forEach(Consumer<RootSeen> consumer) {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(packed)))) {
      for (int length = in.readInt(); length >= 0; length = in.readInt()) {
        consumer.accept(RootSeen.CODEC.fromBytes(in.readNBytes(length)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Collects what a task sees. Safe for many threads. */
  public static final class Collector {
    private static final int END = -1;

    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private final DataOutputStream out;

    /** Hashes of what was added. Without one that collides something would only be told twice. */
    private final Set<Long> added = new HashSet<>();

    private final String host = Host.name();
    private volatile @Nullable AssetRoot last;

    public Collector() {
      try {
        out = new DataOutputStream(new GZIPOutputStream(packed));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Adds a root that the task looks into. */
    void add(AssetRoot root) {
      if (!root.equals(last)) {
        last = root;
        add(root, null, root.seen());
      }
    }

    /**
     * Adds the mount points below the root that lead to a file or directory.
     *
     * @param realPath of it
     * @throws org.assetstager.asset.JobFailure of kind SYSTEM if one of them is lost
     */
    public void addMountPoints(AssetRoot root, Path realPath) {
      for (Path mountPoint : root.mountPoints()) {
        if (realPath.startsWith(mountPoint) && isNew(root, mountPoint.toString(), "", 0)) {
          try {
            add(root, mountPoint.toString(), AssetRoot.seenAt(mountPoint));
          } catch (IOException e) {
            // The next file below it looks again.
            forget(root, mountPoint.toString());
            throw AssetRoot.lost(
                AssetRoot.MOUNT_POINT, mountPoint, host, SystemErrors.describe(e), e);
          }
        }
      }
    }

    private void add(AssetRoot root, @Nullable String mountPoint, AssetRoot.Seen seen) {
      if (isNew(root, String.valueOf(mountPoint), seen.realPath(), seen.inode())) {
        String path = root.path().toString();
        write(
            RootSeen.CODEC.toBytes(
                new RootSeen(path, mountPoint, seen.realPath(), seen.inode(), host)));
      }
    }

    private synchronized boolean isNew(
        AssetRoot root, String mountPoint, String realPath, long inode) {
      return added.add(hash(root, mountPoint, realPath, inode));
    }

    private synchronized void forget(AssetRoot root, String mountPoint) {
      added.remove(hash(root, mountPoint, "", 0));
    }

    private static long hash(AssetRoot root, String mountPoint, String realPath, long inode) {
      return TextHash.of(root.path().toString(), mountPoint, realPath, Long.toString(inode));
    }

    private synchronized void write(byte[] record) {
      try {
        out.writeInt(record.length);
        out.write(record);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends the collection and returns what was added. */
    public synchronized RootsSeen finish() {
      try (out) {
        out.writeInt(END);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new RootsSeen(packed.toByteArray());
    }
  }
}
