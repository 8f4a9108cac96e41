package org.assetstager.verify;

import java.nio.file.Path;
import java.util.List;
import org.assetstager.run.RunFolder;

/** Roots below which the driver has file systems mounted, as it says. */
public final class DriversMounts {
  private DriversMounts() {}

  public static Roots roots(RunFolder run, String nonce, Path mountPoint) {
    return new Roots(run, nonce, List.of(), List.of(mountPoint.toString()));
  }
}
