package org.assetstager.audit;

import java.util.List;
import org.assetstager.s3.Side;

/** In which bucket a content has to be for its file to be called safe to delete. */
public enum HeldIn {
  /** The remote. */
  REMOTE,
  /** Staging, from which a server will move it. */
  STAGING,
  /** One of both. */
  EITHER;

  /** Returns the buckets, staging first: what is moved meanwhile is seen in one of them. */
  List<Side> sides() {
    return switch (this) {
      case REMOTE -> List.of(Side.REMOTE);
      case STAGING -> List.of(Side.STAGING);
      case EITHER -> List.of(Side.STAGING, Side.REMOTE);
    };
  }
}
