package org.assetstager.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunFolder;
import org.jspecify.annotations.Nullable;

/** What earlier audits have seen. */
public final class EarlierAudit {
  private EarlierAudit() {}

  /**
   * Returns an audit's folder, and those of the audits that it went on from, back to the first.
   *
   * @param found makes the folder of an audit's name, as a user gives it
   * @param settings names and values that all of them must have had
   * @param scope what they must have looked for: the same places, and with the same depth
   * @throws JobFailure of kind INPUT if one is none that has ended, or was another
   */
  public static List<RunFolder> chain(
      String name,
      Function<String, RunFolder> found,
      Map<String, String> settings,
      AuditScope scope) {
    Map<String, RunFolder> chain = new LinkedHashMap<>();
    RunFolder next = found.apply(name);
    while (next != null) {
      RunFolder folder = next;
      if (chain.putIfAbsent(folder.location(), folder) != null) {
        break;
      }
      JsonNode report = report(folder);
      settings.forEach((setting, value) -> requireSame(folder, report, setting, value));
      if (!Objects.equals(
          report.path("safe_to_delete").path("in").textValue(), scope.wantedName())) {
        throw JobFailure.input(
            "The audit in "
                + folder.location()
                + " checked other buckets, because its --safe-to-delete and --in differ",
            "Continue from an audit that was made with the same options");
      }
      if (scope.deep() && !report.path("deep").asBoolean()) {
        throw JobFailure.input(
            "The audit in " + folder.location() + " didn't read the objects back",
            "Continue from an audit that was made with --deep, or leave --deep out");
      }
      next = next(folder, report.path("since").textValue(), found);
    }
    return List.copyOf(chain.values());
  }

  private static @Nullable RunFolder next(
      RunFolder folder, @Nullable String since, Function<String, RunFolder> found) {
    if (since == null) {
      return null;
    }
    return since.contains("/") ? found.apply(since) : folder.at(besides(folder) + since);
  }

  /**
   * Returns what a report says of the audit that it went on from: its id where both are of the same
   * run, whose folder may be moved; else its location.
   *
   * @param folder of the audit that is reported
   */
  public static String since(RunFolder folder, RunFolder earlier) {
    String besides = besides(folder);
    return earlier.location().startsWith(besides)
        ? earlier.location().substring(besides.length())
        : earlier.location();
  }

  private static String besides(RunFolder folder) {
    return folder.location().substring(0, folder.location().lastIndexOf('/') + 1);
  }

  private static JsonNode report(RunFolder folder) {
    String text =
        folder
            .readText(AuditReport.FILE)
            .orElseThrow(
                () ->
                    JobFailure.input(
                        "There is no finished audit in " + folder.location(),
                        "Name an audit by its id, which is its folder's name in the folder audits"
                            + " of the run, or by that folder"));
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw JobFailure.input(
          "The report of the audit in " + folder.location() + " is damaged: " + e.getMessage(),
          "Continue from another audit",
          e);
    }
  }

  private static void requireSame(RunFolder folder, JsonNode report, String name, String value) {
    String then = report.path("settings").path(name).asText();
    if (!then.equals(value)) {
      throw JobFailure.input(
          "The audit in " + folder.location() + " was made with " + name + " = " + then,
          "Continue from an audit of the same buckets");
    }
  }

  /** Returns the contents that an audit has found out about. */
  static JavaRDD<AuditedContent> contents(JavaSparkContext spark, RunFolder audit) {
    return LedgerFiles.in(spark, audit, AuditContents.ROWS)
        .rows(AuditedContent.CODEC, EnumSet.allOf(Outcome.class));
  }
}
