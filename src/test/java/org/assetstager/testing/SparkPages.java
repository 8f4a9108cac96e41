package org.assetstager.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages of a running driver's UI, as a browser and Prometheus read them.
 *
 * @param url such as {@code http://127.0.0.1:4040}
 */
public record SparkPages(String url) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Begins the names of the job's own metrics. */
  public static final String OURS =
      "metrics_asset_stager_driver_plugin_org_assetstager_metrics_JobPlugin_";

  /** Returns a page's text. */
  public String get(String path) throws IOException {
    // Not by java.net.http: FaultyS3 has to be the first to load that.
    try (InputStream page = URI.create(url + path).toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns the metrics of the driver, name to value. */
  public Map<String, Double> metrics() throws IOException {
    Map<String, Double> metrics = new TreeMap<>();
    get("/metrics/prometheus")
        .lines()
        .forEach(
            line ->
                metrics.put(
                    line.substring(0, line.indexOf('{')),
                    Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    return metrics;
  }

  /** Returns one of the job's own metrics, such as {@code files_STAGED}. */
  public long metric(String name) throws IOException {
    Double value = metrics().get(OURS + name);
    if (value == null) {
      throw new AssertionError("There is no metric " + name);
    }
    return value.longValue();
  }

  /** Returns the stages that have run or run, by the UI's REST API. */
  public List<JsonNode> stages() throws IOException {
    JsonNode applications = JSON.readTree(get("/api/v1/applications"));
    String id = applications.get(0).get("id").asText();
    List<JsonNode> stages = new ArrayList<>();
    JSON.readTree(get("/api/v1/applications/" + id + "/stages")).forEach(stages::add);
    return stages;
  }
}
