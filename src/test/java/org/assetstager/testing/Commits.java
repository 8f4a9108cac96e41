package org.assetstager.testing;

import org.assetstager.settings.CommitSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.StagingSettings;

/** How content is committed, for tests that commit none. */
public final class Commits {
  /** Nobody's key. */
  public static final CommitSettings NONE =
      new CommitSettings(
          new Credentials(null, null, null, null, null, null),
          true,
          512L << 20,
          null,
          StagingSettings.Encryption.NONE,
          null);

  private Commits() {}
}
