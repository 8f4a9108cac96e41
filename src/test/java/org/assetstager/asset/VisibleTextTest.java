package org.assetstager.asset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
  @Test
  void of_ordinaryNames_stay() {
    String names = "données/é.txt a b#c?d%e+f::g \"q\" 'q' 数据 \ud83d\ude00 e\u0301 \ue000";
    assertThat(VisibleText.of(names)).isEqualTo(names);
  }

  @Test
  void of_hostileNames_areOneHarmlessLine() {
    assertThat(VisibleText.of("a\nb\rc\td")).isEqualTo("a\\nb\\rc\\td");
    assertThat(VisibleText.of("\u001b[2Jx\u0007\u007f\u009b"))
        .isEqualTo("\\u001b[2Jx\\u0007\\u007f\\u009b");
    assertThat(VisibleText.of("x\u202egpj.exe\u2066\u200b"))
        .isEqualTo("x\\u202egpj.exe\\u2066\\u200b");
    assertThat(VisibleText.of("\u2028\u2029\u0085")).isEqualTo("\\u2028\\u2029\\u0085");
    assertThat(VisibleText.of("\ud800x")).isEqualTo("\\ud800x");
    assertThat(VisibleText.of("\udb40\udc41")).isEqualTo("\\U000e0041");
  }

  @Test
  void of_backslashes_differFromEscapes() {
    assertThat(VisibleText.of("a\\nb")).isEqualTo("a\\\\nb").isNotEqualTo(VisibleText.of("a\nb"));
  }

  @Property
  void of_anyCharacter_leavesNoControlOrFormat(
      @ForAll @IntRange(max = Character.MAX_CODE_POINT) int character) {
    String visible = VisibleText.of("<" + Character.toString(character) + ">");
    assertThat(visible.codePoints())
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE);
    assertThat(visible).startsWith("<").endsWith(">").hasSizeGreaterThan(2);
  }

  @Test
  void of_tooLong_isCutBetweenCharacters() {
    assertThat(VisibleText.of("abcdef", 6)).isEqualTo("abcdef");
    assertThat(VisibleText.of("abcdefg", 6)).isEqualTo("abcdef...");
    assertThat(VisibleText.of("abc\ud83d\ude00def", 4)).isEqualTo("abc...");
  }

  @Test
  void inMessage_controls_areEscapedAndBackslashesStay() {
    assertThat(VisibleText.inMessage("a\\b\nc\u001b]0;x\u0007\u009b\u202e"))
        .isEqualTo("a\\b\\nc\\u001b]0;x\\u0007\\u009b\\u202e");
    String visible = VisibleText.inMessage("\u001b\\x");
    assertThat(VisibleText.inMessage(visible)).as("twice").isEqualTo(visible);
  }

  @Test
  void lines_endsOfLinesAndTabulators_stay() {
    assertThat(VisibleText.lines("a\n\tat b\r\u001b[2J\u0085"))
        .isEqualTo("a\n\tat b\\r\\u001b[2J\\u0085");
  }

  @Test
  void writer_whateverIsPrinted_isMadeVisible() throws IOException {
    StringWriter written = new StringWriter();
    try (PrintWriter out = new PrintWriter(new VisibleWriter(written), true)) {
      out.println("é \u001b[31m");
      out.write(new char[] {'x', '\u009b'});
    }
    assertThat(written.toString()).isEqualTo("é \\u001b[31m\nx\\u009b");
  }

  @Test
  void jobFailure_valuesWithControls_areShownOnOneLine() {
    JobFailure failure =
        JobFailure.input("No root '\u001b]0;x\u0007\nasset-stager: all is well'", "Go");

    assertThat(failure).hasMessage("No root '\\u001b]0;x\\u0007\\nasset-stager: all is well'. Go");
    assertThat(JobFailure.input("Two are wrong", "Correct:", List.of("a\nb", "c")))
        .hasMessage("Two are wrong. Correct:\n  a\\nb\n  c");
  }

  @Test
  void json_controlsBeyondAscii_areEscapedAndReadBack() throws IOException {
    String text = "\u001b \u007f \u009b \u202e é \ud83d\ude00 \\ \"";

    String json = VisibleJson.pretty(Map.of("text", text));

    assertThat(json)
        .contains("\\u001B \\u007F \\u009b \\u202e é \ud83d\ude00")
        .doesNotContainPattern("[\\x7f-\\x9f]");
    assertThat(new ObjectMapper().readTree(json).get("text").asText()).isEqualTo(text);
  }
}
