package org.assetstager.upload;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * A multipart upload that many tasks send parts of, or why there is none.
 *
 * @param uploadId null where {@code ending} is set
 * @param partSize bytes of each part but the last; 0 where {@code ending} is set
 * @param partMd5s of all parts, 32 hex digits each, in order
 * @param sentParts a line for each part: its ETag as S3 gave it, empty where it is to be sent
 * @param replaces whether something unproved is under the key
 * @param replacedEtag its ETag, or null
 * @param ending an {@link UploadResult} as text where nothing is to be sent: the content is known,
 *     or the file was refused
 */
public record StartedUpload(
    PlannedUpload content,
    @Nullable String uploadId,
    long partSize,
    String partMd5s,
    String sentParts,
    boolean replaces,
    @Nullable String replacedEtag,
    @Nullable String ending) {
  static StartedUpload ended(PlannedUpload planned, UploadResult result) {
    return new StartedUpload(planned, null, 0, "", "", false, null, result.toText());
  }

  static StartedUpload of(
      PlannedUpload planned, OpenedUpload opened, List<Md5> partMd5s, Standing standing) {
    OpenUpload upload = opened.upload();
    PartPlan plan = new PartPlan(planned.size(), upload.partSize());
    List<String> sent = new ArrayList<>(plan.count());
    for (int index = 0; index < plan.count(); index++) {
      sent.add(opened.stored().etagOf(index, plan.length(index), partMd5s.get(index)).orElse(""));
    }
    return new StartedUpload(
        planned,
        upload.uploadId(),
        upload.partSize(),
        PartMd5s.join(partMd5s),
        String.join("\n", sent),
        standing.present(),
        standing.etag(),
        null);
  }

  /** Returns why there is no upload; null where there is one. */
  public @Nullable UploadResult result() {
    return ending == null ? null : UploadResult.ofText(ending);
  }

  /** Returns the ETags of all parts, in their order; empty where the part is to be sent. */
  String[] etags() {
    return sentParts.split("\n", -1);
  }

  /** Returns the parts that are to be sent, in their order; none where there is no upload. */
  public List<PartToSend> missing() {
    List<PartToSend> missing = new ArrayList<>();
    if (uploadId == null) {
      return missing;
    }
    String[] etags = etags();
    List<Md5> md5s = md5s();
    PartPlan plan = new PartPlan(content.size(), partSize);
    PlannedUpload part = content.lookingFirst(false);
    for (int index = 0; index < etags.length; index++) {
      if (etags[index].isEmpty()) {
        String md5 = md5s.get(index).toHex();
        missing.add(new PartToSend(part, uploadId, partSize, index, plan.length(index), md5));
      }
    }
    return missing;
  }

  List<Md5> md5s() {
    return PartMd5s.split(partMd5s);
  }
}
