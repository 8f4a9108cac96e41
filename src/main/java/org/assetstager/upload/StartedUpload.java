package org.assetstager.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * A multipart upload that many tasks send parts of, or why there is none.
 *
 * @param content with the size and the MD5s of the parts, where there is an upload
 * @param uploadId null where {@code ending} is set
 * @param sentParts a line for each part: its ETag as S3 gave it, empty where it is to be sent
 * @param replaces whether something unproved is under the key
 * @param replacedEtag its ETag, or null
 * @param ending an {@link UploadResult} as text where nothing is to be sent: the content is known,
 *     or the file was refused
 */
public record StartedUpload(
    PlannedUpload content,
    @Nullable String uploadId,
    String sentParts,
    boolean replaces,
    @Nullable String replacedEtag,
    @Nullable String ending) {
  static StartedUpload ended(PlannedUpload planned, UploadResult result) {
    return new StartedUpload(planned, null, "", false, null, result.toText());
  }

  static StartedUpload of(PlannedUpload planned, OpenedUpload opened, Standing standing) {
    OpenUpload upload = opened.upload();
    int parts = new PartPlan(planned.size(), upload.partSize()).count();
    List<String> sent = new ArrayList<>(parts);
    for (int index = 0; index < parts; index++) {
      sent.add(opened.sent().getOrDefault(index, ""));
    }
    return new StartedUpload(
        planned.withParts(upload.partSize(), upload.partMd5s()),
        upload.uploadId(),
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
    List<Md5> md5s = partMd5s();
    PartPlan plan = partPlan();
    // Thousands of rows: the MD5s of all parts in each of them would be gigabytes.
    PlannedUpload light = content.withParts(plan.partSize(), null).lookingFirst(false);
    for (int index = 0; index < etags.length; index++) {
      if (etags[index].isEmpty()) {
        String md5 = md5s.get(index).toHex();
        missing.add(new PartToSend(light, uploadId, index, plan.length(index), md5));
      }
    }
    return missing;
  }

  PartPlan partPlan() {
    return new PartPlan(content.size(), Objects.requireNonNull(content.partSize()));
  }

  List<Md5> partMd5s() {
    return PartMd5s.split(Objects.requireNonNull(content.partMd5s()));
  }
}
