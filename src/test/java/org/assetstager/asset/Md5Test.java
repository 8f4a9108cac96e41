package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Md5Test {
  /** The MD5 of no bytes (RFC 1321, appendix A.5). */
  private static final String EMPTY = "d41d8cd98f00b204e9800998ecf8427e";

  @ParameterizedTest
  @ValueSource(
      strings = {
        EMPTY,
        "D41D8CD98F00B204E9800998ECF8427E",
        "D41d8cd98f00b204e9800998ecf8427E",
        "1B2M2Y8AsgTpgAmY7PhCfg==",
      })
  void parse_anyForm_isTheSameValue(String text) {
    assertThat(Md5.parse(text).toHex()).isEqualTo(EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"++//++++++++++++++++/w==", "--__----------------_w=="})
  void parse_eitherAlphabetOfBase64_isTheSameValue(String text) {
    Md5 md5 = Md5.parse(text);

    assertThat(md5.toHex()).isEqualTo("fbeffffbefbefbefbefbefbefbefbeff");
    assertThat(md5.toBase64()).isEqualTo("++//++++++++++++++++/w==");
    assertThat(md5.toUrlSafeBase64()).isEqualTo("--__----------------_w==");
  }

  @Property
  void parse_whatWasWritten_isTheValue(@ForAll long high, @ForAll long low) {
    Md5 md5 = new Md5(high, low);

    assertThat(Md5.parse(md5.toHex())).isEqualTo(md5);
    assertThat(Md5.parse(md5.toHex().toUpperCase(Locale.ROOT))).isEqualTo(md5);
    assertThat(Md5.parse(md5.toBase64())).isEqualTo(md5);
    assertThat(Md5.parse(md5.toUrlSafeBase64())).isEqualTo(md5);
    assertThat(Md5.ofBytes(md5.toBytes())).isEqualTo(md5);
    assertThat(md5).hasToString(md5.toHex());
  }

  @Property
  void toUrlSafeBase64_anyValue_hasNothingThatAKeyWouldHaveToEscape(
      @ForAll @Size(16) byte[] bytes) {
    assertThat(Md5.ofBytes(bytes).toUrlSafeBase64()).matches("[-_0-9A-Za-z]{22}==");
  }

  @Property
  void compareTo_twoValues_ordersAsTheirHexForms(
      @ForAll @Size(16) byte[] one, @ForAll @Size(16) byte[] other) {
    Md5 first = Md5.ofBytes(one);
    Md5 second = Md5.ofBytes(other);

    assertThat(Integer.signum(first.compareTo(second)))
        .isEqualTo(Integer.signum(first.toHex().compareTo(second.toHex())));
  }

  @Property
  void compareTo_valuesThatDifferAtTheEnd_ordersThem(@ForAll long high, @ForAll long low) {
    Assume.that(low != -1);

    assertThat(new Md5(high, low)).isLessThan(new Md5(high, low + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000000000,0000000000000001",
    "7fffffffffffffff,8000000000000000",
    "8000000000000000,ffffffffffffffff",
  })
  void compareTo_highBit_countsAsUnsigned(String less, String more) {
    Md5 first = Md5.parse(less + less);

    assertThat(first).isLessThan(Md5.parse(more + less));
    assertThat(first).isLessThan(Md5.parse(less + more));
  }

  @Property
  void parse_hostileText_isRefusedOrOneOfTheForms(
      @ForAll
          @StringLength(min = 23, max = 33)
          @CharRange(from = '+', to = '_')
          @CharRange(from = 'a', to = 'g')
          String text) {
    try {
      Md5 md5 = Md5.parse(text);
      assertThat(text)
          .satisfiesAnyOf(
              t -> assertThat(t).isEqualToIgnoringCase(md5.toHex()),
              t -> assertThat(t).isEqualTo(md5.toBase64()),
              t -> assertThat(t).isEqualTo(md5.toUrlSafeBase64()));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("is not an MD5");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d41d8cd98f00b204e9800998ecf8427",
        "d41d8cd98f00b204e9800998ecf8427e0",
        "d41d8cd98f00b204e9800998ecf8427g",
        " d41d8cd98f00b204e9800998ecf8427",
        "d41d8cd98f00b204e9800998ecf8427\n",
        // Arabic digits, which Character.digit takes for digits.
        "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661d41d8cd98f00b204e9800998",
        "1B2M2Y8AsgTpgAmY7PhCfg",
        "1B2M2Y8AsgTpgAmY7PhCfgAA",
        "1B2M2Y8AsgTpgAmY7PhCfg=A",
        "1B2M2Y8AsgTpgAmY7PhCf===",
        // Stray bits below the last byte.
        "1B2M2Y8AsgTpgAmY7PhCfh==",
        // Of both alphabets at once.
        "-+2M2Y8AsgTpgAmY7PhCfg==",
        "1B2M 2Y8AsgTpgAmY7PhCf==",
      })
  void parse_otherText_isRefusedWithTheText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Md5.parse(text))
        .withMessageContaining("'" + text + "' is not an MD5")
        .withMessageContaining("32 hex digits")
        .withMessageContaining("24 characters of base64");
  }

  @Test
  void parse_endlessText_isCutInTheMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Md5.parse("x".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250).contains("xxx...'"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 17, 32})
  void ofBytes_otherThan16_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Md5.ofBytes(new byte[length]))
        .withMessage("An MD5 has 16 bytes, not " + length);
  }
}
