package org.assetstager.s3;

import org.assetstager.asset.JobFailure;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A request that S3 answered with an error, or not at all, after the SDK's retries; classified once
 * by {@link S3Failures}. A failure of this one object: what must stop the whole job is a {@link
 * JobFailure} instead.
 */
public final class S3Failure extends Exception {
  private static final long serialVersionUID = 1;

  /** Begins the code of an answer that has only a status. */
  static final String STATUS = "HTTP ";

  /** What the failure means for the object. */
  public enum Kind {
    /** The service or the network is in trouble: another run may succeed. */
    TRANSIENT,
    /** S3 refuses this request for good, such as an object that is too large. */
    REFUSED,
    /** Nothing is under the key. */
    ABSENT,
    /** A condition of the request isn't met (412): another program wrote the key. */
    PRECONDITION,
    /** Another request for the key is under way (409). */
    CONFLICT,
    /** The bytes received don't have the {@code Content-MD5} sent with them. */
    BAD_DIGEST,
    /** The multipart upload isn't open, or lacks parts: it has to start again. */
    NO_SUCH_UPLOAD
  }

  private final Kind kind;
  private final String code;
  private final String remedy;
  private final S3Request request;

  S3Failure(
      Kind kind,
      S3Request request,
      String code,
      String message,
      String remedy,
      SdkException cause) {
    super(message, cause);
    this.kind = kind;
    this.request = request;
    this.code = code;
    this.remedy = remedy;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns whether the store had too much to do: it may succeed in the same run, later. */
  public boolean isOverload() {
    return kind == Kind.TRANSIENT
        && getCause() instanceof AwsServiceException answer
        && isOverload(answer.statusCode());
  }

  /**
   * Returns whether an answer's status says that the store has too much to do: 429 and 503 mean
   * just that (SlowDown has 503), and the other 5xx come in bursts when it has.
   */
  static boolean isOverload(int status) {
    return status == 429 || (status >= 500 && status != 501 && status != 507);
  }

  public S3Request request() {
    return request;
  }

  /** Returns S3's error code, or the SDK's name of the failure where S3 gave none. */
  public String code() {
    return code;
  }

  /** Returns whether S3 itself gave the code, not only a status. */
  public boolean hasCode() {
    return getCause() instanceof AwsServiceException && !code.startsWith(STATUS);
  }

  /** Returns this as a failure of the whole job, for requests that the job can't do without. */
  public JobFailure toJobFailure() {
    return JobFailure.system(String.valueOf(getMessage()), remedy, this);
  }

  /**
   * Returns the last of many in a row as a failure of the whole job.
   *
   * @param problem begins the message
   */
  JobFailure toOutage(String problem) {
    return JobFailure.system(problem + ". The last one: " + getMessage(), remedy, this);
  }

  /**
   * Returns this as a failure of the whole job before it has done anything: of the settings where
   * S3 answered and refuses, of the infrastructure where there is no such answer.
   */
  public JobFailure toFailureAtStart() {
    boolean refused = kind == Kind.REFUSED && getCause() instanceof AwsServiceException;
    return refused ? JobFailure.input(String.valueOf(getMessage()), remedy, this) : toJobFailure();
  }
}
