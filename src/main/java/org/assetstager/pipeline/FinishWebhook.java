package org.assetstager.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Posts a report to a user's web service at the end of a run. */
final class FinishWebhook {
  private static final int REDIRECTION = 3;
  private static final int SUCCESS = 2;

  private FinishWebhook() {}

  /**
   * Posts the report once.
   *
   * @param url http or https; a name and password before its host go into Basic authentication
   * @return what went wrong, to stand after the service's name, without the URL; null if nothing
   *     did
   */
  static @Nullable String post(URI url, Duration timeout, FinishNews news) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request(url, news), BodyHandlers.discarding());
    try {
      return judge(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode());
    } catch (TimeoutException e) {
      answer.cancel(true);
      return "didn't answer within on-finish.timeout, " + timeout.toMillis() + " ms";
    } catch (ExecutionException e) {
      // Messages may name the URL.
      return "can't be reached: " + Objects.requireNonNull(e.getCause()).getClass().getSimpleName();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was interrupted";
    }
  }

  private static @Nullable String judge(int status) {
    return switch (status / 100) {
      case SUCCESS -> null;
      case REDIRECTION -> "answered " + status + ", a redirect, which isn't followed";
      default -> "answered " + status;
    };
  }

  private static HttpRequest request(URI url, FinishNews news) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(withoutUserInfo(url))
            .header("Content-Type", "application/json")
            .header("X-Asset-Stager-Run-Id", news.runId())
            .header("X-Asset-Stager-Exit-Code", Integer.toString(news.exitCode()))
            .POST(BodyPublishers.ofString(news.json()));
    if (url.getUserInfo() != null) {
      String encoded = Base64.getEncoder().encodeToString(url.getUserInfo().getBytes(UTF_8));
      request.header("Authorization", "Basic " + encoded);
    }
    return request.build();
  }

  /** Takes the parts as they are written: escapes stay. */
  private static URI withoutUserInfo(URI url) {
    String userInfo = url.getRawUserInfo();
    return userInfo == null
        ? url
        : URI.create(url.toString().replaceFirst(Pattern.quote(userInfo + "@"), ""));
  }
}
