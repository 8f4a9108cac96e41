package org.assetstager.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.html.HtmlEscapers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code report.html}: one file that contains everything, never uses the network, and can't be made
 * to. Its Content Security Policy names its own scripts and styles by their hashes; what users
 * wrote is data in JSON that the scripts show as text.
 */
public final class HtmlReport {
  /** Unpacked by the build from the webjar of uPlot, whose licence goes into the page. */
  private static final String UPLOT = "uplot/";

  private static final List<String> STYLES = List.of(UPLOT + "uPlot.min.css", "report.css");
  private static final List<String> SCRIPTS =
      List.of(UPLOT + "uPlot.iife.min.js", "report.js", "charts.js");

  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  /** What would end an inline script or style, or hide its end. */
  private static final Pattern ENDS_ELEMENT =
      Pattern.compile("</(script|style)|<!--", Pattern.CASE_INSENSITIVE);

  private HtmlReport() {}

  /** Returns the page's text, to be written as UTF-8. */
  public static String write(Page page) {
    List<String> styles = STYLES.stream().map(HtmlReport::inline).toList();
    List<String> scripts = SCRIPTS.stream().map(HtmlReport::inline).toList();
    Map<String, String> places =
        Map.of(
            "csp", policy(styles, scripts),
            "title", HtmlEscapers.htmlEscaper().escape(page.report().runId()),
            "licence", HtmlEscapers.htmlEscaper().escape(resource(UPLOT + "LICENSE")),
            "styles", elements("style", styles),
            "data", PageJson.write(page),
            "scripts", elements("script", scripts));
    Matcher place = PLACE.matcher(resource("report.html"));
    StringBuilder text = new StringBuilder();
    while (place.find()) {
      String value = Objects.requireNonNull(places.get(place.group(1)), place.group());
      place.appendReplacement(text, "");
      text.append(value);
    }
    return place.appendTail(text).toString();
  }

  private static String policy(List<String> styles, List<String> scripts) {
    return "default-src 'none'; script-src "
        + hashes(scripts)
        + "; style-src "
        + hashes(styles)
        + "; base-uri 'none'; form-action 'none'";
  }

  /** https://www.w3.org/TR/CSP3/#match-element-to-source-list. */
  private static String hashes(List<String> texts) {
    return texts.stream().map(HtmlReport::hash).collect(Collectors.joining(" "));
  }

  private static String hash(String text) {
    byte[] digest = Hashing.sha256().hashString(text, UTF_8).asBytes();
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String elements(String name, List<String> texts) {
    return texts.stream()
        .map(text -> "<" + name + ">" + text + "</" + name + ">")
        .collect(Collectors.joining("\n"));
  }

  private static String inline(String name) {
    String text = resource(name);
    if (ENDS_ELEMENT.matcher(text).find()) {
      throw new IllegalStateException(name + " can't stand inside its element");
    }
    return text;
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The job's jar lacks " + name + ": build it anew");
      }
      // A browser hashes lines as it reads them, ended by a line feed.
      return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
