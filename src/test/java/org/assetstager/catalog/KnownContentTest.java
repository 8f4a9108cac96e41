package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownContentTest {
  private static final TopHash TOP = new TopHash("top.hash-1");

  @Provide
  Arbitrary<String> prefixes() {
    return Arbitraries.strings().ofMaxLength(8).map(text -> text.isEmpty() ? "" : text + "/");
  }

  private static Optional<KnownContent> of(String prefix, String key) {
    return KnownContent.of(ContentKey.contents(prefix), new ListPage.Entry(key, 5, "etag"));
  }

  @Property
  void of_keyOfAContent_hasItsNamespaceAndMd5(
      @ForAll @From("prefixes") String prefix, @ForAll long high, @ForAll long low) {
    Md5 md5 = new Md5(high, low);

    assertThat(of(prefix, new ContentKey(prefix, TOP, md5).toString()))
        .contains(new KnownContent(TOP.toString(), md5.toHex(), 5, "etag", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "contents/",
        "contents/top.hash-1/",
        "contents/top.hash-1",
        "contents/--__----------------_w==",
        "x/contents/top.hash-1/--__----------------_w==",
        "contents/top.hash-1/d/--__----------------_w==",
        "contents/top.hash-1/--__----------------_w==/",
        "contents/top.hash-1/--__----------------_x==",
        "contents/top.hash-1/++//++++++++++++++++/w==",
      })
  void of_keyOfAnotherForm_isEmpty(String key) {
    assertThat(of("", key)).isEmpty();
  }

  @Property
  void of_hostileKey_isEmptyOrTheOnlyKeyOfItsMd5(@ForAll String name) {
    String key = ContentKey.namespace("p/", TOP) + name;

    of("p/", key)
        .ifPresent(
            known ->
                assertThat(key)
                    .isEqualTo(new ContentKey("p/", TOP, Md5.parse(known.md5())).toString()));
  }
}
