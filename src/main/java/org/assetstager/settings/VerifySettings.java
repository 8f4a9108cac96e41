package org.assetstager.settings;

import java.io.Serializable;

/** How files are verified; see "Verification" in design.md. */
public record VerifySettings(Policy policy, DigestMode digest, FindRenamed findRenamed)
    implements Serializable {

  /** What a difference of metadata means. */
  public enum Policy {
    /** The content decides. */
    CONTENT,
    /** The file is modified. */
    STRICT
  }

  /** When files are read. */
  public enum DigestMode {
    /** Every candidate. */
    ALWAYS,
    /** Only where a fact differs or no MD5 is stored. */
    TRUSTED
  }

  /** Where to look for the new path of a missing file. */
  public enum FindRenamed {
    /**
     * In the directory it was in, then everywhere below the root, for as long as that looks at no
     * more entries than the manifest has rows of the root, or at 10,000.
     */
    AUTO,
    /** In the directory it was in. */
    DIRECTORY,
    /** Everywhere below the root. */
    ROOT,
    /** Nowhere. */
    OFF
  }
}
