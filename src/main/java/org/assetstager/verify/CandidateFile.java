package org.assetstager.verify;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Digest;
import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings.Policy;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a candidate that claims an MD5, checked again against its row, not against what
 * the scan saw. The caller reads it and reports its MD5.
 */
public final class CandidateFile implements AutoCloseable {
  private final ManifestRow row;
  private final GuardedFile file;
  private final Policy policy;
  private final MetadataCheck check;

  private CandidateFile(ManifestRow row, GuardedFile file, Policy policy, MetadataCheck check) {
    this.row = row;
    this.file = file;
    this.policy = policy;
    this.check = check;
  }

  /**
   * Opens the file.
   *
   * @param candidate claims an MD5; that decides where only facts other than the size differ
   * @throws FileRefusedException if it isn't a regular file inside the root, or can't be read
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   */
  public static CandidateFile open(Candidate candidate, AssetRoot root, Policy policy)
      throws FileRefusedException {
    ManifestRow row = candidate.found().row();
    GuardedFile file = GuardedFile.open(root, requireNonNull(row.path()));
    String claimed = requireNonNull(candidate.found().md5());
    return new CandidateFile(
        row, file, policy, MetadataCheck.of(row, claimed, file.factsWhenOpened()));
  }

  /** Returns the verdict on a candidate whose file was refused. */
  public static VerifiedRow refused(Candidate candidate, FileRefusedException refusal) {
    return VerifiedRows.refusedSinceScan(candidate.found().row(), refusal);
  }

  /**
   * Returns the verdict on a candidate whose file can't be read.
   *
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if it is the root that is lost
   */
  public static VerifiedRow unreadable(Candidate candidate, AssetRoot root, IOException error) {
    root.requireAlive();
    return VerifiedRows.withoutFile(
        candidate.found().row(), Verdict.UNREADABLE, null, SystemErrors.describe(error));
  }

  /** Returns the file; {@link #close} closes it. */
  public GuardedFile file() {
    return file;
  }

  /**
   * Returns the verdict where it is known without reading: the file is too large for any object of
   * S3, or its facts say that it is modified. Else empty.
   */
  public Optional<VerifiedRow> beforeReading() {
    FileFacts facts = file.factsWhenOpened();
    if (facts.size() > PartPlan.MOST_OBJECT_BYTES) {
      return Optional.of(VerifiedRows.tooLarge(row, facts));
    }
    return check.beforeReading(policy).map(finding -> VerifiedRows.unread(row, finding, facts));
  }

  /** Returns the verdict on a file that was read whole and has an MD5, the claimed one or not. */
  public VerifiedRow afterReading(Md5 computed) {
    FileFacts facts = file.factsWhenOpened();
    Digest digest = new Digest(computed, List.of());
    return VerifiedRows.read(row, check.afterReading(computed), facts, digest, null);
  }

  /** Returns the verdict on a file that changed while it was read. */
  public VerifiedRow changed(@Nullable String detail) {
    return VerifiedRows.modified(row, detail, file.factsWhenOpened());
  }

  @Override
  public void close() {
    file.close();
  }
}
