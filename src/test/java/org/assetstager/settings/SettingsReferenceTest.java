package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of all settings is what {@code reference.conf} says. */
class SettingsReferenceTest {
  private static final Path PAGE = Path.of("src/site/markdown/settings.md");
  private static final Path REFERENCE = Path.of("src/main/resources/reference.conf");

  @Test
  void page_ofTheSettings_isNotStale() throws IOException {
    String made = SettingsReference.of(REFERENCE);
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, made);
    }

    assertThat(PAGE)
        .as("Make it anew: mvn test -Dtest=SettingsReferenceTest -Dreference.write=true")
        .hasContent(made);
  }

  @Test
  void page_everySetting_isThereOnceWithItsDefaultAndMeaning() throws IOException {
    String page = Files.readString(PAGE);

    for (String name : SettingsFiles.names()) {
      String heading = "### `" + name.substring("asset-stager.".length()) + "`\n";
      assertThat(page).containsOnlyOnce(heading);
      String rest = page.substring(page.indexOf(heading) + heading.length());
      assertThat(rest).as(name).matches("(?s)\nDefault: `[^`]+`\n\n[^#\n].*");
    }
  }

  @Test
  void page_settingsThatEverybodyNeeds_comeFirstAndLinkToTheirHeadings() throws IOException {
    String page = Files.readString(PAGE);

    for (String name : SettingsReference.FIRST) {
      String link = "| [`%s`](#%s) | `".formatted(name, name.replace(".", ""));
      assertThat(page).containsOnlyOnce(link);
      assertThat(page.indexOf(link)).isLessThan(page.indexOf("### `"));
      assertThat(page.substring(page.indexOf(link)).lines().findFirst().orElseThrow())
          .as(name)
          .matches(".* \\| `[^`]+` \\| [^|]+\\. \\|");
    }
  }
}
