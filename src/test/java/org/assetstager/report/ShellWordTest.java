package org.assetstager.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@net.jqwik.api.Tag("process")
@Tag("process")
class ShellWordTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /a/b-c_d.e:f@g%h+i=j | /a/b-c_d.e:f@g%h+i=j
          -rf                  | '-rf'
          =ls                  | '=ls'
          ~root                | '~root'
          a b                  | 'a b'
          $(reboot)            | '$(reboot)'
          ä日本                 | 'ä日本'
          it's                 | $'it\\047s'
          a!b                  | $'a\\041b'
          a\\b                  | $'a\\134b'
          ``                   | ''
          """)
  void of_text_isOneWord(String text, String word) {
    assertThat(ShellWord.of(text)).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource({
    "'a\nb', $'a\\012b'",
    "'a\u001b[31m', $'a\\033[31m'",
    "'a\u202egpj', $'a\\342\\200\\256gpj'"
  })
  void of_whatDoesNotShow_isEscaped(String text, String word) {
    assertThat(ShellWord.of(text)).isEqualTo(word);
  }

  /** Words one after the other are as the shell reads them, whatever is in them. */
  @Property(tries = 30)
  void of_anyTexts_areReadBackByBash(@ForAll("lists") List<String> texts) throws Exception {
    String command =
        "printf '%s\\0' " + texts.stream().map(ShellWord::of).collect(Collectors.joining(" "));
    assertThat(command).doesNotContain("\n", "\r", "\u001b", "\u202e");

    assertThat(bash(command))
        .isEqualTo(texts.stream().map(text -> text + "\0").collect(Collectors.joining()));
  }

  @Provide
  Arbitrary<List<String>> lists() {
    Arbitrary<Character> hostile =
        Arbitraries.of(
            "'\"\\$`!\n\r\t;&|<>()*?[]{}~# -\u001b\u202e\u00a0é7"
                .chars()
                .mapToObj(c -> (char) c)
                .toList());
    Arbitrary<String> any =
        Arbitraries.strings()
            .withCharRange('\u0001', '\ud7ff')
            .withCharRange('\ue000', '\uffff')
            .ofMaxLength(20);
    return Arbitraries.oneOf(hostile.list().ofMaxSize(12).map(ShellWordTest::join), any)
        .list()
        .ofMinSize(1)
        .ofMaxSize(50);
  }

  private static String join(List<Character> characters) {
    return characters.stream().map(String::valueOf).collect(Collectors.joining());
  }

  private static String bash(String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "--norc", "-s").redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write((command + "\n").getBytes(UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return out;
  }
}
