package org.assetstager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class FileFactsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("file"), "12345");
  }

  @Test
  void facts_file_isWhatTheSystemsStatPrints() throws IOException {
    // Java itself can't set a time before the epoch.
    run("touch", "-d", "@-2.876543211", file.toString());
    Files.createLink(folder.resolve("other"), file);

    FileFacts facts = UnixFiles.facts(file);

    String printed = run("stat", "-c", "%s %h %i %d %f %u %g %.9Z", file.toString());
    UnixTime changed = facts.changed();
    assertThat(printed.strip())
        .isEqualTo(
            "%d %d %d %d %x %d %d %d.%09d",
            facts.size(),
            facts.linkCount(),
            facts.inode(),
            facts.device(),
            facts.mode(),
            facts.userId(),
            facts.groupId(),
            changed.seconds(),
            changed.nanos());
    assertThat(facts.size()).isEqualTo(5);
    assertThat(facts.linkCount()).isEqualTo(2);
    assertThat(facts.modified()).isEqualTo(new UnixTime(-3, 123_456_789));
    assertThat(facts.modifiedAtNanos()).isEqualTo(BigInteger.valueOf(-2_876_543_211L));
    assertThat(facts.changedAtNanos()).isEqualTo(changed.toNanos());
    assertThat(facts.isRegularFile()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10413792000.123456789", "9223372036.854775808", "-2.876543211"})
  void facts_timesOfAnyYear_areExactToTheNanosecond(String seconds) throws IOException {
    run("touch", "-d", "@" + seconds, file.toString());

    assertThat(UnixFiles.facts(file).modifiedAtNanos())
        .isEqualTo(new BigDecimal(seconds).movePointRight(9).toBigIntegerExact());
  }

  @Test
  void facts_symbolicLink_isFollowedUnlessToldNotTo() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertThat(UnixFiles.facts(link)).isEqualTo(UnixFiles.facts(file));
    assertThat(UnixFiles.facts(link, LinkOption.NOFOLLOW_LINKS).isSymbolicLink()).isTrue();
  }

  @Test
  void facts_nothingThere_isTheSystemsError() {
    assertThatThrownBy(() -> UnixFiles.facts(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void facts_openedFileReplacedAtItsPath_isTheOpenedOne() throws IOException {
    FileFacts before = UnixFiles.facts(file);
    try (OpenFile open = UnixFiles.openForReading(file)) {
      assertThat(UnixFiles.facts(open.link())).isEqualTo(before);

      Files.delete(file);
      Files.writeString(file, "another one");

      FileFacts opened = UnixFiles.facts(open.link());
      assertThat(opened.inode()).isEqualTo(before.inode());
      assertThat(opened.size()).isEqualTo(5);
      assertThat(opened.linkCount()).isZero();
    }
  }

  @Test
  void sameContent_eachFact_countsAsTheDesignSays() throws IOException {
    FileFacts facts = UnixFiles.facts(file);

    assertThat(facts.sameContent(with(facts, 5, facts.modified(), 2, facts.inode(), 0))).isTrue();
    assertThat(facts.sameContent(with(facts, 6, facts.modified(), 1, facts.inode(), 0))).isFalse();
    assertThat(facts.sameContent(with(facts, 5, new UnixTime(1, 1), 1, facts.inode(), 0)))
        .isFalse();
    assertThat(facts.sameContent(with(facts, 5, facts.modified(), 1, facts.inode() + 1, 0)))
        .isFalse();
    assertThat(facts.sameContent(with(facts, 5, facts.modified(), 1, facts.inode(), 1))).isFalse();
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static FileFacts with(
      FileFacts facts, long size, UnixTime modified, long links, long inode, long devicesAway) {
    return new FileFacts(
        size,
        modified,
        new UnixTime(9, 9),
        links,
        inode,
        facts.device() + devicesAway,
        facts.mode(),
        1000,
        100);
  }
}
