package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopHashTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "A-Z_0.9", "...", "..a", ".a", "-", "916c3b84-e8c4-5b64-821d"})
  void topHash_allowedText_isKept(String text) {
    assertThat(new TopHash(text)).hasToString(text);
  }

  @Test
  void topHash_128Characters_areKeptAnd129Refused() {
    assertThat(new TopHash("x".repeat(128)).value()).hasSize(128);
    assertThatIllegalArgumentException().isThrownBy(() -> new TopHash("x".repeat(129)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "a/b", "/", "a b", "a\n", "\n", "é", "a%2F", "a#", "a?", "a\0", "a\\"
      })
  void topHash_otherText_isRefusedWithTheText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopHash(text))
        .withMessageContaining("'" + text + "' is not a top hash")
        .withMessageContaining("1 to 128 characters");
  }

  @Property
  void topHash_anyText_neverLeadsOutOfItsNamespace(@ForAll @NotEmpty String text) {
    try {
      TopHash topHash = new TopHash(text);
      assertThat(topHash.value()).matches("[!-~]+").doesNotContain("/").isNotIn(".", "..");
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("not a top hash");
    }
  }

  @Test
  void topHash_endlessText_isCutInTheMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopHash("x".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).contains("xxx...'"));
  }
}
