package org.assetstager.s3;

import com.google.common.collect.Maps;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kinds of requests, as the report counts them. */
public enum S3Request {
  LIST("ListObjectsV2", false),
  HEAD("HeadObject", false),
  GET("GetObject", false),
  LIST_PARTS("ListParts", false),
  PUT("PutObject", true),
  PART("UploadPart", true),
  CREATE("CreateMultipartUpload", true),
  COPY("CopyObject", true),
  COPY_PART("UploadPartCopy", true),
  COMPLETE("CompleteMultipartUpload", true),
  ABORT("AbortMultipartUpload", true),
  DELETE("DeleteObject", true),
  /** Any other. */
  OTHER("", false);

  private static final Map<String, S3Request> BY_OPERATION =
      Maps.uniqueIndex(Arrays.asList(values()), request -> request.operation);

  private final String operation;
  private final boolean writes;

  S3Request(String operation, boolean writes) {
    this.operation = operation;
    this.writes = writes;
  }

  /**
   * Returns the kind of a request.
   *
   * @param operation as the Amazon S3 API Reference calls it; null for none
   */
  static S3Request of(@Nullable String operation) {
    return BY_OPERATION.getOrDefault(operation, OTHER);
  }

  /** Whether the store has to find room for the request's body. */
  boolean stores() {
    return this == PUT || this == PART;
  }

  public boolean writes() {
    return writes;
  }
}
