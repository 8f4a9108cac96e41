package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.assetstager.digest.PartPlan;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.CandidateFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class SinglePassTest {
  private static final int MIB = 1 << 20;
  private static final int PART = 5 * MIB;

  @TempDir private Path folder;

  /** The whole's MD5 would lack the part's bytes, and the file be called modified. */
  @Test
  void next_partCannotBeRead_isTheLast() throws IOException {
    UploadFixture fixture = new UploadFixture(folder);
    fixture.write("f", UploadFixture.random(3 * PART, 1));
    PlannedUpload planned = fixture.plan("f");
    AssetRoot root = AssetRoot.open(folder.toString());
    AtomicLong read = new AtomicLong();
    LongConsumer failing =
        count -> {
          if (read.addAndGet(count) > PART && read.get() <= 2 * PART) {
            throw new IllegalStateException("Input/output error");
          }
        };
    try (CandidateFile file = CandidateFile.open(planned.candidate(), root, Policy.CONTENT)) {
      UploadSource source = new UploadSource(planned, root, file, new BufferPool(PART), failing);
      SinglePass pass = new SinglePass(source, PartPlan.of(planned.size(), PART));

      assertThat(pass.next()).isNotNull().extracting(SinglePass.Part::index).isEqualTo(0);
      assertThatThrownBy(pass::next).hasMessage("Input/output error");
      assertThat(pass.next()).isNull();
    }
  }
}
