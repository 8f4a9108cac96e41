package org.assetstager.digest;

import java.util.List;
import org.assetstager.asset.Md5;

/**
 * The MD5s of a content, from one read.
 *
 * @param md5 of the whole content
 * @param partMd5s of its parts in their order; empty if no parts were wanted
 */
public record Digest(Md5 md5, List<Md5> partMd5s) {
  public Digest {
    partMd5s = List.copyOf(partMd5s);
  }
}
