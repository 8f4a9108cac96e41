package org.assetstager.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.upload.Probe;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.jspecify.annotations.Nullable;

/** The {@code estimate} of {@code report.json}. Money is a number with six places at most. */
final class EstimateJson {
  private static final int PLACES = 6;

  private EstimateJson() {}

  static void write(@Nullable Estimate estimate, ObjectNode report) {
    if (estimate == null) {
      report.putNull("estimate");
      return;
    }
    ObjectNode json = report.putObject("estimate");
    json.put("seconds", estimate.seconds());
    json.put("measured_seconds", estimate.measuredSeconds());
    json.put("upload_seconds", estimate.uploadSeconds());
    ObjectNode requests = json.putObject("requests");
    estimate.requests().forEach(requests::put);
    json.put("bytes", estimate.bytes());
    json.put("currency", estimate.currency());
    json.put("cost_once", rounded(estimate.onceCost()));
    json.put("requests_cost", rounded(estimate.requestsCost()));
    json.put("transfer_cost", rounded(estimate.transferCost()));
    json.put("storage_cost_per_month", rounded(estimate.storageCostPerMonth()));
    ArrayNode basis = json.putArray("basis");
    estimate.basis().forEach(basis::add);
    writeProbed(estimate.probed(), json);
  }

  private static void writeProbed(Estimate.@Nullable Probed probed, ObjectNode estimate) {
    if (probed == null) {
      estimate.putNull("probe");
      return;
    }
    Probe probe = probed.probe();
    ObjectNode json = estimate.putObject("probe");
    json.put("bound", probed.bound());
    json.put("bound_text", probed.boundText());
    json.put("seconds", probe.seconds());
    json.put("tasks", probe.tasks());
    json.put("streams", probe.streams());
    json.put("read_before", probe.readBefore());
    ObjectNode figures = json.putObject("figures");
    probe
        .figures()
        .forEach(
            (kind, figure) ->
                figures
                    .putObject(kind.name())
                    .put("count", figure.count())
                    .put("bytes", figure.bytes())
                    .put("per_second", figure.perSecond())
                    .put("bytes_per_second", figure.bytesPerSecond()));
  }

  private static BigDecimal rounded(BigDecimal money) {
    return money.setScale(PLACES, RoundingMode.HALF_UP);
  }

  /** Returns null where there is none, as in reports of earlier versions. */
  static @Nullable Estimate read(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    Map<String, Long> requests = new LinkedHashMap<>();
    json.required("requests")
        .properties()
        .forEach(field -> requests.put(field.getKey(), field.getValue().longValue()));
    List<String> basis = new ArrayList<>();
    json.required("basis").forEach(sentence -> basis.add(sentence.asText()));
    return new Estimate(
        json.required("measured_seconds").doubleValue(),
        json.required("upload_seconds").doubleValue(),
        requests,
        JsonFields.number(json, "bytes"),
        JsonFields.text(json, "currency"),
        money(json, "requests_cost"),
        money(json, "transfer_cost"),
        money(json, "storage_cost_per_month"),
        basis,
        readProbed(json.path("probe")));
  }

  /** Returns null where there is none, as in reports of earlier versions. */
  private static Estimate.@Nullable Probed readProbed(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    Map<Kind, Figure> figures = new EnumMap<>(Kind.class);
    json.required("figures")
        .properties()
        .forEach(
            field ->
                figures.put(
                    Kind.valueOf(field.getKey()),
                    new Figure(
                        JsonFields.number(field.getValue(), "count"),
                        JsonFields.number(field.getValue(), "bytes"),
                        field.getValue().required("per_second").doubleValue(),
                        field.getValue().required("bytes_per_second").doubleValue())));
    return new Estimate.Probed(
        new Probe(
            json.required("seconds").intValue(),
            json.required("tasks").intValue(),
            json.required("streams").intValue(),
            json.required("read_before").booleanValue(),
            figures),
        JsonFields.text(json, "bound"),
        JsonFields.text(json, "bound_text"));
  }

  private static BigDecimal money(JsonNode json, String field) {
    return rounded(json.required(field).decimalValue());
  }
}
