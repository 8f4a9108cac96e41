package org.assetstager.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.assetstager.digest.Checkpoints;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.Membership;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.files.FileFacts;
import org.assetstager.snapshot.SnapshotEntry.Kind;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.GuardedFile;
import org.jspecify.annotations.Nullable;

/** Reads a file's facts and MD5, and makes sure that both belong to the same state of the file. */
final class FileHasher {
  private static final int ATTEMPTS = 3;

  private final AssetRoot root;
  private final FileDigester digester = new FileDigester();

  FileHasher(AssetRoot root) {
    this.root = root;
  }

  /**
   * Reads a file, again if a fact changes meanwhile.
   *
   * @param found the file, with facts of before
   * @return it with its MD5 and the facts that go with it, or why it was skipped
   */
  SnapshotEntry hash(SnapshotEntry found) {
    String path = found.path();
    try (Membership member = digester.join()) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        SnapshotEntry hashed = read(path);
        if (hashed != null) {
          return hashed.withColumns(found.columns());
        }
      }
      return SnapshotEntry.skipped(path, SkipReason.CHANGED, null);
    } catch (FileRefusedException e) {
      return SnapshotEntry.skipped(path, reason(e), e.getMessage());
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      root.requireAlive();
      return SnapshotEntry.skipped(path, SkipReason.UNREADABLE, e.toString());
    }
  }

  /** Reads once; returns null if the file changed meanwhile. */
  private @Nullable SnapshotEntry read(String path) throws IOException {
    try (GuardedFile file = GuardedFile.open(root, path)) {
      FileFacts facts = file.factsWhenOpened();
      SnapshotEntry opened = SnapshotEntry.file(path, facts);
      if (opened.kind() == Kind.SKIPPED) {
        return opened;
      }
      String md5 =
          digester
              .digest(file.channel(), facts.size(), null, bytes -> {}, Checkpoints.NONE)
              .md5()
              .toHex();
      return file.factsNow().equals(facts) ? opened.withMd5(md5) : null;
    } catch (SizeChangedException e) {
      return null;
    }
  }

  private static SkipReason reason(FileRefusedException e) {
    return switch (e.verdict()) {
      case DELETED -> SkipReason.VANISHED;
      // The walk saw a regular file: it was replaced.
      case OUTSIDE_ROOT -> SkipReason.SYMBOLIC_LINK;
      default -> SkipReason.UNREADABLE;
    };
  }
}
