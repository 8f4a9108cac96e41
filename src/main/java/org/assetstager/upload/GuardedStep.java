package org.assetstager.upload;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.CandidateFile;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.VerifiedRow;

/**
 * Does something with the open file of a planned content, and decides the outcome of the content if
 * the file or S3 prevents it.
 */
record GuardedStep(
    Policy policy,
    Function<Candidate, AssetRoot> roots,
    BufferPool buffers,
    LongConsumer bytesRead) {
  interface Step<T> {
    T apply(UploadSource source) throws S3Failure, IOException;
  }

  /**
   * Does the step.
   *
   * @param otherwise wraps the result of a content that fails
   */
  <T> T run(PlannedUpload planned, Step<T> step, Function<UploadResult, T> otherwise) {
    Candidate candidate = planned.candidate();
    AssetRoot root = roots.apply(candidate);
    try (CandidateFile file = CandidateFile.open(candidate, root, policy)) {
      Optional<VerifiedRow> refused = file.beforeReading();
      return refused.isPresent()
          ? otherwise.apply(UploadResult.refused(refused.get()))
          : apply(new UploadSource(planned, root, file, buffers, bytesRead), step, otherwise);
    } catch (FileRefusedException e) {
      return otherwise.apply(UploadResult.refused(CandidateFile.refused(candidate, e)));
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted() || e instanceof ClosedChannelException) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The upload of '" + planned.path() + "' was interrupted");
      }
      return otherwise.apply(UploadResult.refused(CandidateFile.unreadable(candidate, root, e)));
    }
  }

  private static <T> T apply(UploadSource source, Step<T> step, Function<UploadResult, T> otherwise)
      throws IOException {
    try {
      return stepOrFailure(source, step, otherwise);
    } catch (FileChangedException | SizeChangedException e) {
      return otherwise.apply(UploadResult.refused(source.changed(e)));
    }
  }

  private static <T> T stepOrFailure(
      UploadSource source, Step<T> step, Function<UploadResult, T> otherwise) throws IOException {
    try {
      return step.apply(source);
    } catch (S3Failure e) {
      // A file that was altered meanwhile is the likelier cause, and one that a person can remove.
      source.requireUnchanged();
      return otherwise.apply(UploadResult.failed(source, e.code(), e.getMessage()));
    }
  }
}
