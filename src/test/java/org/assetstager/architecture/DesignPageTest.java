package org.assetstager.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments refer to headings of the design's page by their names. */
class DesignPageTest {
  private static final String PAGE = "design.md";
  private static final Pattern REFERENCE =
      Pattern.compile("((?:\"[^\"]+\"(?:, | and )?)+) in " + Pattern.quote(PAGE));
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");
  private static final Pattern LINE_BREAK_OF_A_COMMENT = Pattern.compile("\n *\\* ");

  @Test
  void comments_thatReferToTheDesign_nameItsHeadings() throws IOException {
    List<String> headings =
        found(HEADING, Files.readString(Path.of("src/site/markdown").resolve(PAGE)));
    List<String> named = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String text = LINE_BREAK_OF_A_COMMENT.matcher(Files.readString(file)).replaceAll(" ");
        List<String> references = found(REFERENCE, text);

        assertThat(references).as("%s: \"<heading>\" in %s", file, PAGE).hasSize(mentions(text));
        assertThat(text).as(file.toString()).doesNotContain("of the design");
        references.forEach(reference -> named.addAll(found(QUOTED, reference)));
      }
    }

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(headings).containsAll(named);
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  private static int mentions(String text) {
    return text.split(Pattern.quote(PAGE), -1).length - 1;
  }
}
