package org.assetstager.verify;

import java.util.Objects;
import java.util.Optional;
import org.assetstager.digest.PartPlan;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings;
import org.assetstager.verify.MetadataCheck.Finding;
import org.jspecify.annotations.Nullable;

/** Looks at files without opening any: finds the verdict where no content is needed. */
public final class FileScanner {
  private final VerifySettings settings;

  /** Makes a scanner, which any number of threads may share. */
  public FileScanner(VerifySettings settings) {
    this.settings = settings;
  }

  /**
   * Scans one row.
   *
   * @param root the row's; null only for a row that isn't {@link ManifestRow#added}
   * @return the verdict; {@link Verdict#UNCHANGED} where the content decides
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   */
  public VerifiedRow scan(ManifestRow row, @Nullable AssetRoot root) {
    if (row.fault() != null) {
      return row.unrepresentable()
          ? VerifiedRows.withoutFile(row, Verdict.UNREADABLE, null, row.fault())
          : VerifiedRows.withoutFile(row, Verdict.INVALID, row.fault(), null);
    }
    if (row.notAddedReason() != null) {
      return VerifiedRows.withoutFile(row, Verdict.NOT_ADDED, row.notAddedReason(), null);
    }
    FileFacts facts;
    try {
      facts =
          LocatedFile.find(Objects.requireNonNull(root), Objects.requireNonNull(row.path()))
              .facts();
    } catch (FileRefusedException e) {
      return VerifiedRows.refused(row, e);
    }
    if (facts.size() > PartPlan.MOST_OBJECT_BYTES) {
      return VerifiedRows.tooLarge(row, facts);
    }
    MetadataCheck check = MetadataCheck.of(row, facts);
    Optional<Finding> modified =
        check
            .beforeReading(settings)
            .filter(finding -> finding.verdict() != Verdict.UNCHANGED);
    return VerifiedRows.unread(
        row, modified.orElseGet(() -> new Finding(Verdict.UNCHANGED, check.differences())), facts);
  }
}
