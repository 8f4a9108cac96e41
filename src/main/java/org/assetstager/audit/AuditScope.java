package org.assetstager.audit;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an audit looks at, and how.
 *
 * @param deep whether to read every object back
 * @param wanted where contents are wanted; null for where the ledger claims them, or the other
 *     bucket
 * @param share of the contents
 * @param limit when to stop
 */
public record AuditScope(boolean deep, @Nullable HeldIn wanted, Share share, TimeLimit limit)
    implements Serializable {
  /** Returns {@code wanted} as reports name it, or null. */
  @Nullable String wantedName() {
    return wanted == null ? null : wanted.name().toLowerCase(Locale.ROOT);
  }
}
