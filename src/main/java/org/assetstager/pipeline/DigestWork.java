package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.assetstager.run.Weights;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.DigestLog;
import org.assetstager.verify.FileVerifier;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RowGroups;
import org.assetstager.verify.VerifiedRow;

/** Computes the MD5s of the rows of a work file that claim none. */
record DigestWork(
    StepOutput output,
    Roots roots,
    VerifySettings verify,
    UploadSettings upload,
    DigestLog digests,
    TaskProgress progress)
    implements org.apache.spark.api.java.function.Function<StepFile, StepFile> {
  /** As many as the widest vectors have lanes for, since each has one file, if it isn't small. */
  private static final int THREADS = 16;

  @Override
  public StepFile call(StepFile work) {
    Map<String, AssetRoot> opened = new ConcurrentHashMap<>();
    FileVerifier verifier =
        new FileVerifier(verify.policy(), upload, digests, progress::countBytes);
    Iterator<List<VerifiedRow>> digested =
        ConcurrentMap.map(
            new RowGroups<>(
                opening(output.read(Steps.SCAN, work, Candidate.CODEC), opened),
                Function.identity()),
            THREADS,
            "digest",
            group -> verifier.verify(group, opened));
    TaskFiles files = TaskFiles.ofWork(output, Steps.DIGEST, work);
    while (digested.hasNext()) {
      for (VerifiedRow row : digested.next()) {
        AssetRoot.Seen seen =
            Objects.requireNonNull(opened.get(Objects.requireNonNull(row.row().root()))).seen();
        files.add(
            Steps.DIGESTED,
            Candidate.CODEC,
            new Candidate(row, seen.realPath(), seen.inode()),
            Weights.ofFile(row.size(), true));
        progress.count(1);
      }
    }
    return files.finish().get(0);
  }

  private Iterator<ManifestRow> opening(
      Iterator<Candidate> candidates, Map<String, AssetRoot> opened) {
    return Iterators.transform(
        candidates,
        candidate -> {
          ManifestRow row = candidate.found().row();
          opened.computeIfAbsent(Objects.requireNonNull(row.root()), root -> roots.of(candidate));
          return row;
        });
  }
}
