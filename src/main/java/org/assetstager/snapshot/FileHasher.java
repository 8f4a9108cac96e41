package org.assetstager.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Checkpoints;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.Membership;
import org.assetstager.digest.PartPlan;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileFacts;
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
   * @param path relative to the root
   */
  HashedFile hash(String path) {
    try (Membership member = digester.join()) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        HashedFile hashed = read(path);
        if (hashed != null) {
          return hashed;
        }
      }
      return HashedFile.skipped(path, SkipReason.CHANGED, null);
    } catch (FileRefusedException e) {
      return HashedFile.skipped(path, reason(e), e.getMessage());
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      root.requireAlive();
      return HashedFile.skipped(path, SkipReason.UNREADABLE, e.toString());
    }
  }

  /** Reads once; returns null if the file changed meanwhile. */
  private @Nullable HashedFile read(String path) throws IOException {
    try (GuardedFile file = GuardedFile.open(root, path)) {
      FileFacts facts = file.factsWhenOpened();
      if (facts.size() > PartPlan.MOST_OBJECT_BYTES) {
        return HashedFile.skipped(path, SkipReason.TOO_LARGE, facts.size() + " bytes");
      }
      Md5 md5 =
          digester.digest(file.channel(), facts.size(), null, bytes -> {}, Checkpoints.NONE).md5();
      return file.factsNow().equals(facts) ? HashedFile.of(path, facts, md5) : null;
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
