package org.assetstager.s3;

import com.google.common.base.Throwables;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Finds, in exceptions of the SDK, the causes that have no S3 error code. */
final class S3Causes {
  private S3Causes() {}

  static boolean isUnreachable(Throwable failure) {
    return causedBy(failure, ConnectException.class)
        || isConnectTimeout(failure)
        || causedBy(failure, NoRouteToHostException.class)
        || causedBy(failure, UnknownHostException.class)
        || isTls(failure);
  }

  /**
   * The HTTP client's own type, which is no {@link ConnectException}. By its name, since the SDK's
   * bundle has a copy; and without its subclass, which says that the client's pool is in use.
   */
  private static boolean isConnectTimeout(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(cause -> cause.getClass().getSimpleName().equals("ConnectTimeoutException"));
  }

  static boolean isTls(Throwable failure) {
    return causedBy(failure, SSLHandshakeException.class)
        || causedBy(failure, SSLPeerUnverifiedException.class)
        || failure.toString().contains("Unsupported or unrecognized SSL message");
  }

  /** The SDK has no type for this. */
  static boolean isWithoutCredentials(SdkException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("Unable to load credentials") || message.contains("Profile file");
  }

  /** Whether a web page came instead of what S3 sends: it has none. */
  static boolean isWebPage(SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      return answer.awsErrorDetails() != null
          && answer.awsErrorDetails().sdkHttpResponse() != null
          && answer
              .awsErrorDetails()
              .sdkHttpResponse()
              .firstMatchingHeader("Content-Type")
              .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/html"))
              .isPresent();
    }
    return causedBy(failure, WebPageException.class);
  }

  /** Returns the variable that the SDK takes no endpoint with; null where none is the reason. */
  static @Nullable String refusesEndpoint(SdkException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (!message.contains("custom endpoint")) {
      return null;
    }
    // The SDK has no type for this.
    return message.contains("fips")
        ? "AWS_USE_FIPS_ENDPOINT"
        : message.contains("dual") ? "AWS_USE_DUALSTACK_ENDPOINT" : null;
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    return Throwables.getCausalChain(failure).stream().anyMatch(type::isInstance);
  }
}
