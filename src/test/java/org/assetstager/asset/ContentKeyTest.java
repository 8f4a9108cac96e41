package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentKeyTest {
  private static final TopHash TOP = new TopHash("top.hash-1");
  private static final Md5 MD5 = Md5.parse("fbeffffbefbefbefbefbefbefbefbeff");

  @Provide
  Arbitrary<String> prefixes() {
    return Arbitraries.strings().ofMaxLength(8).map(text -> text.isEmpty() ? "" : text + "/");
  }

  @Test
  void toString_withAndWithoutPrefix_isTheDesignsKey() {
    assertThat(new ContentKey("", TOP, MD5))
        .hasToString("contents/top.hash-1/--__----------------_w==");
    assertThat(new ContentKey("a b/#é//", TOP, MD5))
        .hasToString("a b/#é//contents/top.hash-1/--__----------------_w==");
  }

  @Property
  void md5Of_keyOfAContent_isItsMd5(
      @ForAll @From("prefixes") String prefix, @ForAll long high, @ForAll long low) {
    Md5 md5 = new Md5(high, low);
    String key = new ContentKey(prefix, TOP, md5).toString();

    assertThat(ContentKey.md5Of(ContentKey.namespace(prefix, TOP), key)).contains(md5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "contents/top.hash-1/",
        "contents/top.hash-1",
        "contents/top.hash-2/--__----------------_w==",
        "x/contents/top.hash-1/--__----------------_w==",
        "contents/top.hash-1/d/--__----------------_w==",
        "contents/top.hash-1/--__----------------_w==/",
        "contents/top.hash-1/--__----------------_x==",
        "contents/top.hash-1/++//++++++++++++++++/w==",
      })
  void md5Of_keyOfAnotherForm_isEmpty(String key) {
    assertThat(ContentKey.md5Of(ContentKey.namespace("", TOP), key)).isEmpty();
  }

  @Property
  void md5Of_hostileKey_isEmptyOrTheOnlyKeyOfItsMd5(@ForAll String name) {
    String namespace = ContentKey.namespace("p/", TOP);

    ContentKey.md5Of(namespace, namespace + name)
        .ifPresent(
            md5 ->
                assertThat(namespace + name).isEqualTo(new ContentKey("p/", TOP, md5).toString()));
  }
}
