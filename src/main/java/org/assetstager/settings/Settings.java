package org.assetstager.settings;

import java.io.Serializable;
import java.util.Map;
import org.assetstager.asset.JobFailure;

/**
 * All settings of a run, as {@code reference.conf} describes them; made by {@link SettingsLoader}.
 *
 * @param remote the bucket of indexed content, which is only read
 * @param inventory of the remote
 * @param staging the bucket that content is uploaded to
 * @param ledgerPath the folder that holds the runs' folders, as written: {@link
 *     SettingsLoader#resolveLedgerPath} adds a scheme
 * @param ledgerFormat whether a run's ledger goes into a table too
 * @param commit how staged content is copied to the remote, by the asset server
 */
public record Settings(
    BucketSettings remote,
    InventorySettings inventory,
    StagingSettings staging,
    String ledgerPath,
    LedgerFormat ledgerFormat,
    ManifestSettings manifest,
    VerifySettings verify,
    UploadSettings upload,
    OnFinishSettings onFinish,
    CommitSettings commit,
    S3Settings s3,
    CostSettings cost)
    implements Serializable {

  /**
   * Returns every setting's text by its name below {@code asset-stager}, in the order of {@code
   * reference.conf}. Keys and tokens are only {@code set} or {@code not set}.
   */
  public Map<String, String> describe() {
    return new SettingsDescription()
        .bucket("remote.", remote)
        .inventory(inventory)
        .staging(staging)
        .ledger(ledgerPath, ledgerFormat)
        .manifest(manifest)
        .verify(verify)
        .upload(upload)
        .onFinish(onFinish)
        .commit(commit)
        .s3(s3)
        .costs(cost)
        .all();
  }

  /**
   * Returns the part of {@link #describe} that must not change between a run and its resume: all
   * but credentials, limits, timeouts, who sends large files, attempts, the ledger's format, whom
   * to tell of the end and what estimates are made with.
   */
  public Map<String, String> fixedDuringRun() {
    return SettingsDescription.fixed(describe());
  }

  /** Returns a hash of {@link #fixedDuringRun}, 64 hex digits, the same in every JVM. */
  public String fingerprint() {
    return SettingsDescription.fingerprint(fixedDuringRun());
  }

  /** Returns these settings without an inventory of the remote, which is as old as it is. */
  public Settings withoutInventory() {
    return with(remote, new InventorySettings(null, false), staging, ledgerPath);
  }

  /** Returns these settings with another folder for the ledgers. */
  public Settings withLedgerPath(String path) {
    return with(remote, inventory, staging, path);
  }

  /**
   * Returns these settings with the asset server's credentials for both buckets, in the place of
   * their own.
   *
   * @throws JobFailure of kind INPUT if there are none: no others take their place
   */
  public Settings asServer() {
    Credentials server = commit.credentials();
    if (server.accessKey() == null && server.profile() == null && server.role() == null) {
      throw JobFailure.input(
          "commit.credentials is not set: commit needs the asset server's own key, which may write"
              + " to the remote",
          "Set commit.credentials (access-key and secret-key, profile, or role-arn) to the key that"
              + " has the rights in conf/iam/server-policy.json");
    }
    return with(
        remote.withCredentials(server),
        inventory,
        staging.withBucket(staging.bucket().withCredentials(server)),
        ledgerPath);
  }

  private Settings with(
      BucketSettings newRemote,
      InventorySettings newInventory,
      StagingSettings newStaging,
      String newLedgerPath) {
    return new Settings(
        newRemote,
        newInventory,
        newStaging,
        newLedgerPath,
        ledgerFormat,
        manifest,
        verify,
        upload,
        onFinish,
        commit,
        s3,
        cost);
  }
}
