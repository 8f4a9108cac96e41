package org.assetstager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark measured, each figure several times. All benchmarks share the files {@code
 * results.json} and {@code results.md}: a benchmark that is run again replaces its own part.
 */
final class Figures {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final String bench;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, Figure> figures = new LinkedHashMap<>();

  private record Figure(String unit, @Nullable String peer, List<Double> runs) {
    double median() {
      List<Double> sorted = runs.stream().sorted().toList();
      return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
  }

  /**
   * Starts with no figures.
   *
   * @param folder of the files
   * @param bench name of the benchmark
   */
  Figures(Path folder, String bench) {
    this.folder = folder;
    this.bench = bench;
    fact("Java", Runtime.version().toString());
    fact("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    fact("processor", processor());
    fact("load at the start", load());
  }

  /** Notes what the figures depend on: a version, a size, a setting. */
  void fact(String name, String value) {
    facts.put(name, value);
  }

  /**
   * Adds one measurement.
   *
   * @param name of the figure; the same one for each round
   * @param peer name of the figure that it is compared with; null for none
   */
  void add(String name, String unit, @Nullable String peer, double value) {
    figures
        .computeIfAbsent(name, key -> new Figure(unit, peer, new ArrayList<>()))
        .runs()
        .add(value);
    System.out.printf(Locale.ROOT, "%s: %s %.3f %s%n", bench, name, value, unit);
  }

  /** Writes this benchmark's part, and all parts together. */
  void write() throws IOException {
    fact("load at the end", load());
    Path parts = Files.createDirectories(folder.resolve("parts"));
    JSON.writeValue(parts.resolve(bench + ".json").toFile(), toJson());
    ObjectNode all = JSON.createObjectNode();
    StringBuilder markdown = new StringBuilder();
    try (Stream<Path> files = Files.list(parts)) {
      for (Path file : files.sorted().toList()) {
        JsonNode part = JSON.readTree(file.toFile());
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        all.set(name, part);
        markdown.append(table(name, part));
      }
    }
    JSON.writeValue(folder.resolve("results.json").toFile(), all);
    Files.writeString(folder.resolve("results.md"), markdown);
    System.out.println(table(bench, toJson()));
  }

  private ObjectNode toJson() {
    ObjectNode part = JSON.createObjectNode();
    facts.forEach(part.putObject("facts")::put);
    ObjectNode named = part.putObject("figures");
    figures.forEach(
        (name, figure) -> {
          ObjectNode node = named.putObject(name);
          node.put("unit", figure.unit()).put("median", figure.median());
          if (figure.peer() != null) {
            double peer = figures.get(figure.peer()).median();
            node.put("peer", figure.peer()).put("ratio", figure.median() / peer);
          }
          figure.runs().forEach(node.putArray("runs")::add);
        });
    return part;
  }

  private static String table(String name, JsonNode part) {
    StringBuilder table = new StringBuilder("## " + name + "\n\n");
    table.append("| | median | least | most | of | ratio |\n|---|---|---|---|---|---|\n");
    part.get("figures")
        .properties()
        .forEach(
            entry -> {
              JsonNode figure = entry.getValue();
              List<Double> runs = new ArrayList<>();
              figure.get("runs").forEach(run -> runs.add(run.asDouble()));
              table.append(
                  String.format(
                      Locale.ROOT,
                      "| %s | %.3f %s | %.3f | %.3f | %s | %s |%n",
                      entry.getKey(),
                      figure.get("median").asDouble(),
                      figure.get("unit").asText(),
                      runs.stream().mapToDouble(run -> run).min().orElseThrow(),
                      runs.stream().mapToDouble(run -> run).max().orElseThrow(),
                      figure.path("peer").asText(""),
                      figure.has("ratio")
                          ? String.format(Locale.ROOT, "%.2f", figure.get("ratio").asDouble())
                          : ""));
            });
    List<String> facts = new ArrayList<>();
    part.get("facts")
        .properties()
        .forEach(fact -> facts.add(fact.getKey() + " " + fact.getValue().asText()));
    return table.append("\n").append(String.join("; ", facts)).append("\n\n").toString();
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> Pattern.compile("^[^:]*:\\s*").matcher(line).replaceFirst(""))
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String load() {
    return String.format(
        Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
