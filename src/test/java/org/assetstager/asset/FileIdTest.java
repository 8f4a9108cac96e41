package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileIdTest {
  @Test
  void toString_value_isUrlSafeBase64WithItsPadding() {
    assertThat(new FileId(Md5.parse("fbeffffbefbefbefbefbefbefbefbeff")))
        .hasToString("--__----------------_w==");
  }

  @Property
  void parse_whatWasWritten_isTheValue(@ForAll long high, @ForAll long low) {
    FileId id = new FileId(new Md5(high, low));

    assertThat(id.toString()).hasSize(FileId.LENGTH);
    assertThat(FileId.parse(id.toString())).contains(id);
  }

  @Property
  void parse_anyText_isEmptyOrTheOnlyTextOfItsValue(
      @ForAll
          @StringLength(24)
          @CharRange(from = '+', to = '=')
          @CharRange(from = 'A', to = '_')
          @CharRange(from = 'a', to = 'z')
          String text) {
    String padded = text.substring(0, 22) + "==";

    FileId.parse(text).ifPresent(id -> assertThat(id).hasToString(text));
    FileId.parse(padded).ifPresent(id -> assertThat(id).hasToString(padded));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--__----------------_w=",
        "--__----------------_w===",
        "--__----------------_w",
        "++//++++++++++++++++/w==",
        // Stray bits below the last byte.
        "--__----------------_x==",
        "--__----------------_w=/",
        "--__-------/--------_w==",
        "--__-------\n--------_w==",
        "fbeffffbefbefbefbefbefbe",
        "d41d8cd98f00b204e9800998ecf8427e",
      })
  void parse_otherText_isEmpty(String text) {
    assertThat(FileId.parse(text)).isEmpty();
  }
}
