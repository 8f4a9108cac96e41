package org.assetstager.settings;

import com.typesafe.config.ConfigUtil;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to notify when a run has ended. Arguments and addresses may contain secrets, so they are
 * never shown in full.
 *
 * @param command a program and its arguments; empty for none
 * @param webhook an http or https URL, or null for none
 * @param timeout of the command, and of the webhook
 */
public record OnFinishSettings(List<String> command, @Nullable URI webhook, Duration timeout)
    implements Serializable {

  /** Copies the command. */
  public OnFinishSettings {
    command = List.copyOf(command);
  }

  /** Returns the program without its arguments, or null where there is no command. */
  public @Nullable String shownCommand() {
    if (command.isEmpty()) {
      return null;
    }
    return "[" + ConfigUtil.quoteString(command.get(0)) + (command.size() > 1 ? ", ..." : "") + "]";
  }

  /**
   * Returns the scheme and the host of the webhook, or null where there is none: many services have
   * a token in the path.
   */
  public @Nullable String shownWebhook() {
    if (webhook == null) {
      return null;
    }
    String port = webhook.getPort() < 0 ? "" : ":" + webhook.getPort();
    return webhook.getScheme() + "://" + webhook.getHost() + port + "/...";
  }

  @Override
  public String toString() {
    return "OnFinishSettings[command="
        + shownCommand()
        + ", webhook="
        + shownWebhook()
        + ", timeout="
        + timeout
        + "]";
  }
}
