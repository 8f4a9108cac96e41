package org.assetstager.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages lead to one another. */
class PagesTest {
  private static final Path FOLDER = Path.of("src/site/markdown");
  private static final Path README = Path.of("README.md");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void links_ofEveryPage_leadToPagesAndHeadingsThatExist() throws IOException {
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        String target = link.group(1);
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path linked = file.isEmpty() ? page : page.resolveSibling(file).normalize();

        assertThat(linked).as("%s: %s", page, target).exists();
        if (hash >= 0) {
          assertThat(anchors(linked))
              .as("%s: %s", page, target)
              .contains(target.substring(hash + 1));
        }
      }
    }
  }

  @Test
  void everyPage_isLinkedByTheReadmeAndTheIndex() throws IOException {
    String readme = Files.readString(README);
    String index = Files.readString(FOLDER.resolve("index.md"));

    for (Path page : pages()) {
      String name = page.getFileName().toString();
      if (page.startsWith(FOLDER) && !name.equals("index.md")) {
        assertThat(readme).contains("](" + FOLDER + "/" + name);
        assertThat(index).contains("](" + name);
      }
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(FOLDER)) {
      return Stream.concat(Stream.of(README, Path.of("CONTRIBUTING.md")), pages.sorted()).toList();
    }
  }

  /** Returns what GitHub makes of the headings: lower case, hyphens for spaces, few other marks. */
  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
