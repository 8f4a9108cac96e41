package org.assetstager.upload;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartPlan;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.s3.S3Failure;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileRefusedException;
import org.assetstager.verify.Verdict;

/**
 * Does something with a planned content's open file, and says what becomes of the content where the
 * file or S3 doesn't allow it.
 */
final class GuardedStep {
  /** What to do. */
  interface Step<T> {
    T apply(UploadSource source) throws S3Failure, IOException;
  }

  private final Function<String, AssetRoot> roots;
  private final BufferPool buffers;

  GuardedStep(Function<String, AssetRoot> roots, BufferPool buffers) {
    this.roots = roots;
    this.buffers = buffers;
  }

  /**
   * Does the step.
   *
   * @param otherwise wraps the result of a content that fails
   */
  <T> T run(PlannedUpload planned, Step<T> step, Function<UploadResult, T> otherwise) {
    if (planned.size() > PartPlan.MOST_OBJECT_BYTES) {
      return otherwise.apply(
          UploadResult.failed(
              planned,
              "EntityTooLarge",
              "The file has " + planned.size() + " bytes; S3 takes " + PartPlan.MOST_OBJECT_BYTES));
    }
    try (UploadSource source = UploadSource.open(planned, roots.apply(planned.root()), buffers)) {
      return stepOrFailure(source, step, otherwise);
    } catch (FileChangedException | SizeChangedException e) {
      return otherwise.apply(UploadResult.modified(planned, e.getMessage()));
    } catch (FileRefusedException e) {
      return otherwise.apply(UploadResult.refused(planned, outcome(e.verdict()), e.getMessage()));
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted() || e instanceof ClosedChannelException) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The upload of '" + planned.path() + "' was interrupted");
      }
      return otherwise.apply(UploadResult.refused(planned, Outcome.UNREADABLE, e.toString()));
    }
  }

  private static <T> T stepOrFailure(
      UploadSource source, Step<T> step, Function<UploadResult, T> otherwise) throws IOException {
    try {
      return step.apply(source);
    } catch (S3Failure e) {
      // A file that was altered meanwhile is the likelier cause, and one that a person can remove.
      source.requireUnchanged();
      return otherwise.apply(UploadResult.failed(source.planned(), e.code(), e.getMessage()));
    }
  }

  private static Outcome outcome(Verdict verdict) {
    return switch (verdict) {
      case OUTSIDE_ROOT -> Outcome.OUTSIDE_ROOT;
      case DELETED -> Outcome.DELETED;
      default -> Outcome.UNREADABLE;
    };
  }
}
