package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** What the shipped settings of logs make of text that somebody else has chosen. */
class LogSettingsTest {
  private static final String HOSTILE = "a\u001b]0;owned\u0007\r\nb\u009b31m\u007f\u202egpj é";

  private static String logged(String settings) {
    LogEvent event =
        Log4jLogEvent.newBuilder()
            .setLoggerName("org.assetstager.Test")
            .setLevel(Level.WARN)
            .setMessage(new SimpleMessage(HOSTILE))
            .setThrown(new IllegalStateException(HOSTILE))
            .build();
    try (LoggerContext context =
        new LoggerContext(settings, null, Path.of("conf", settings).toUri())) {
      context.start();
      byte[] bytes =
          context.getConfiguration().getAppender("console").getLayout().toByteArray(event);
      return new String(bytes, UTF_8);
    }
  }

  @Test
  void text_controlsInAMessage_areVisibleOnItsOwnLine() {
    String logged = logged("log4j2.properties");

    assertThat(logged.lines().findFirst().orElseThrow())
        .endsWith(" WARN Test: a?]0;owned?\\r\\nb?31m??gpj é");
    assertThat(logged)
        .contains("IllegalStateException: a?]0;owned?", "\n\tat org.assetstager.LogSettingsTest.")
        .doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202e]");
  }

  @Test
  void json_controlsInAMessage_areEscapedAndReadBack() throws Exception {
    String logged = logged("log4j2-json.properties");

    assertThat(logged.strip()).doesNotContainPattern("[\\x00-\\x1f]");
    JsonNode json = new ObjectMapper().readTree(logged);
    assertThat(json.get("msg").asText()).isEqualTo("a\u001b]0;owned\u0007\r\nb?31m??gpj é");
    assertThat(json.at("/exception/msg").asText()).isEqualTo(HOSTILE);
  }
}
