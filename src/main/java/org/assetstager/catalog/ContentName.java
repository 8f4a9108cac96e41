package org.assetstager.catalog;

import java.io.Serializable;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;

/**
 * Names a content.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits
 */
public record ContentName(String topHash, String md5) implements Serializable {
  /** Returns the content's key. */
  String keyBelow(String contents) {
    return contents + topHash + "/" + new FileId(Md5.parse(md5));
  }
}
