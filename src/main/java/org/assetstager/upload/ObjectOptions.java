package org.assetstager.upload;

import java.util.Map;
import org.assetstager.settings.StagingSettings;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * The options of every object in staging, from the settings: storage class, encryption and tags.
 */
record ObjectOptions(StagingSettings settings) {
  /** Returns settings that ask for none of these. */
  static StagingSettings without(StagingSettings settings) {
    return new StagingSettings(
        settings.bucket(),
        settings.conditionalWrites(),
        settings.ifMatch(),
        settings.alwaysChecksum(),
        null,
        StagingSettings.Encryption.NONE,
        null,
        Map.of());
  }

  boolean areGiven() {
    return settings.storageClass() != null
        || settings.encryption() != StagingSettings.Encryption.NONE
        || !settings.tags().isEmpty();
  }

  void addTo(PutObjectRequest.Builder request) {
    request
        .storageClass(settings.storageClass())
        .serverSideEncryption(settings.encryption().header())
        .ssekmsKeyId(settings.kmsKeyId());
    if (!settings.tags().isEmpty()) {
      request.tagging(tagging());
    }
  }

  void addTo(CreateMultipartUploadRequest.Builder request) {
    request
        .storageClass(settings.storageClass())
        .serverSideEncryption(settings.encryption().header())
        .ssekmsKeyId(settings.kmsKeyId());
    if (!settings.tags().isEmpty()) {
      request.tagging(tagging());
    }
  }

  private Tagging tagging() {
    return Tagging.builder()
        .tagSet(
            settings.tags().entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .build();
  }
}
