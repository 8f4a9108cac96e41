package org.assetstager.verify;

import java.nio.file.Path;
import java.util.List;

/** Roots with mount points below them that nobody has to mount. */
public final class MountPoints {
  private MountPoints() {}

  /** Returns a root as if a file system were mounted at a directory below it. */
  public static AssetRoot below(Path root, Path nested) {
    AssetRoot plain = AssetRoot.open(root.toString());
    return new AssetRoot(
        plain.path(),
        plain.realPath(),
        plain.inode(),
        plain.device(),
        plain.local(),
        List.of(nested));
  }
}
