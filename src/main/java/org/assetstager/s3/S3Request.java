package org.assetstager.s3;

/** Kinds of requests, as the report counts them. */
public enum S3Request {
  /** ListObjectsV2. */
  LIST(false),
  /** HeadObject. */
  HEAD(false),
  /** GetObject. */
  GET(false),
  /** ListParts. */
  LIST_PARTS(false),
  /** PutObject. */
  PUT(true),
  /** UploadPart. */
  PART(true),
  /** CreateMultipartUpload. */
  CREATE(true),
  /** CopyObject. */
  COPY(true),
  /** UploadPartCopy. */
  COPY_PART(true),
  /** CompleteMultipartUpload. */
  COMPLETE(true),
  /** AbortMultipartUpload. */
  ABORT(true),
  /** DeleteObject. */
  DELETE(true),
  /** Any other. */
  OTHER(false);

  private final boolean writes;

  S3Request(boolean writes) {
    this.writes = writes;
  }

  /** Whether it needs the right to write. */
  public boolean writes() {
    return writes;
  }
}
