package org.assetstager.verify;

import static java.util.Objects.requireNonNull;

import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.verify.MetadataCheck.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Looks at files without opening any, and finds the verdicts that need no content; see
 * "Verification" in design.md. The steps that open a file check it again. Belongs to one task; any
 * number of threads may share it.
 */
public final class FileScanner {
  private final Policy policy;
  private final RootsSeen.Collector roots;
  private final ScannedDirectories directories = new ScannedDirectories();

  /**
   * Makes the scanner of a task.
   *
   * @param roots gets what is seen of roots and of mount points below them
   */
  public FileScanner(Policy policy, RootsSeen.Collector roots) {
    this.policy = policy;
    this.roots = roots;
  }

  /**
   * Scans one row.
   *
   * @param root the row's; null only for a row that isn't {@link ManifestRow#added}
   * @return the row with its verdict. {@link Verdict#UNCHANGED} says that nothing speaks against it
   *     so far: then {@code digested} is false, {@code md5} the stored one or null, and {@code
   *     detail} says which facts differ, null where none does, so that one with an MD5 and no
   *     detail is what {@code verify.digest = trusted} trusts
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root, or a mount point below it,
   *     is lost
   */
  public VerifiedRow scan(ManifestRow row, @Nullable AssetRoot root) {
    VerifiedRow unseen = VerifiedRows.withoutLooking(row);
    if (unseen != null) {
      return unseen;
    }
    if (root == null || row.path() == null) {
      throw new IllegalArgumentException("An added row needs its root and its path: " + row);
    }
    roots.add(root);
    FileFacts facts;
    try {
      ScannedFile file = directories.find(root, requireNonNull(row.path()));
      roots.addMountPoints(root, file.realPath());
      facts = file.facts();
    } catch (FileRefusedException e) {
      return VerifiedRows.refused(row, e);
    }
    if (facts.size() > PartPlan.MOST_OBJECT_BYTES) {
      return VerifiedRows.tooLarge(row, facts);
    }
    MetadataCheck check = MetadataCheck.of(row, facts);
    return VerifiedRows.unread(
        row,
        check.beforeReading(policy).orElseGet(() -> new Finding(Verdict.UNCHANGED, check.detail())),
        facts);
  }
}
