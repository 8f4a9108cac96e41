package org.assetstager.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assetstager.asset.Md5;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What this JVM can do is decided at its start: so each case is a JVM of its own. */
@Tag("process")
class LaneSupportTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  @TempDir Path folder;

  @Test
  void digest_withoutTheModule_isOneByOne() throws Exception {
    assertThat(digestInOtherJvm()).contains("lanes: none").contains("MD5s: right");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:MaxVectorSize=16", "-XX:TieredStopAtLevel=1"})
  void digest_vectorsOfFourLanesOrNotCompiled_isOneByOne(String flag) throws Exception {
    assertThat(digestInOtherJvm(MODULE, flag)).contains("lanes: none").contains("MD5s: right");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:UseAVX=3", "-XX:UseAVX=2"})
  void digest_withTheModule_isSideBySideOnceCompiled(String flag) throws Exception {
    boolean wideEnough = Files.readString(Path.of("/proc/cpuinfo")).contains("avx2");

    assertThat(digestInOtherJvm(MODULE, flag))
        .contains(wideEnough ? "lanes: some" : "lanes: none")
        .contains("MD5s: right");
  }

  private String digestInOtherJvm(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(OtherJvm.class.getName(), folder.toString()));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  /** Digests files with what its JVM offers, on as many threads as there are files. */
  static final class OtherJvm {
    private static final int FILES = 20;

    private OtherJvm() {}

    public static void main(String[] args) throws Exception {
      LaneSupport lanes = LaneSupport.ofThisJvm();
      Thread trial = lanes.startTrial();
      if (trial != null) {
        trial.join();
      }
      System.out.println("lanes: " + (lanes.newPool() == null ? "none" : "some"));
      FileDigester digester = new FileDigester();
      List<Membership> members = Stream.generate(digester::join).limit(FILES).toList();
      List<Thread> threads = new ArrayList<>();
      List<Integer> wrong = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        int number = i;
        Path file = Path.of(args[0], "file" + i);
        Thread thread =
            new Thread(
                () -> {
                  if (!isRight(digester, file, size(number))) {
                    synchronized (wrong) {
                      wrong.add(number);
                    }
                  }
                  members.get(number).close();
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("MD5s: " + (wrong.isEmpty() ? "right" : "wrong of " + wrong));
    }

    /** The last five are hashed in parts too, the largest of them in four. */
    private static int size(int number) {
      if (number < 15) {
        return 300_000 + 200_003 * number;
      }
      return number < 19 ? 6_000_001 + 300_007 * (number - 15) : 19_300_019;
    }

    private static boolean isRight(FileDigester digester, Path file, int size) {
      byte[] bytes = Md5ChainTest.random(size);
      PartPlan parts = size < 6_000_000 ? null : PartPlan.of(size, 5 << 20);
      try {
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
          Digest digest = digester.digest(channel, size, parts, count -> {}, Checkpoints.NONE);
          List<Md5> partMd5s = new ArrayList<>();
          for (int i = 0; parts != null && i < parts.count(); i++) {
            partMd5s.add(Md5ChainTest.md5(bytes, (int) parts.offset(i), (int) parts.length(i)));
          }
          return digest.equals(new Digest(Md5ChainTest.md5(bytes, 0, size), partMd5s));
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
