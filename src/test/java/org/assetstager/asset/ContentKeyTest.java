package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContentKeyTest {
  private static final TopHash TOP = new TopHash("top.hash-1");
  private static final Md5 MD5 = Md5.parse("fbeffffbefbefbefbefbefbefbefbeff");

  @Test
  void toString_withAndWithoutPrefix_isTheDesignsKey() {
    assertThat(new ContentKey("", TOP, MD5))
        .hasToString("contents/top.hash-1/--__----------------_w==");
    assertThat(new ContentKey("a b/#é//", TOP, MD5))
        .hasToString("a b/#é//contents/top.hash-1/--__----------------_w==");
  }
}
