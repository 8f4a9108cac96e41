package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.junit.jupiter.api.Test;

class LedgerTextTest {
  private static final String HEADER =
      "run_id,manifest_file,manifest_position,top_hash,class_id,asset,root,path,size,md5,"
          + "content_id,file_id,verdict,detail,outcome,state,bucket,key,etag,bytes_uploaded,"
          + "duplicate_of,remedy,error_code,error,verified_at,staged_at,mime_type,created_by,"
          + "created_at,dry_run,st_mtime_ns,st_ctime_ns,st_ino,st_nlink,st_mode,st_uid,st_gid,"
          + "remedy_code,md5_computed";

  private static String text(LedgerText form, LedgerRow... rows) throws IOException {
    StringWriter out = new StringWriter();
    form.write(Arrays.asList(rows).iterator(), out);
    return out.toString();
  }

  @Test
  void jsonl_rows_areOneObjectALineWithEveryColumn() throws IOException {
    String text =
        text(
            LedgerText.JSONL,
            Rows.row(Outcome.MODIFIED, "a\n\"b\\\u001b é\u2028", "why", null),
            Rows.row(Outcome.DELETED, "b", null, "Remove it"));
    assertThat(text).endsWith("\n").doesNotContain("\u001b");
    List<String> lines = List.of(text.split("\n"));
    assertThat(lines).hasSize(2);
    JsonNode json = new ObjectMapper().readTree(lines.get(0));
    assertThat(String.join(",", iterable(json.fieldNames()))).isEqualTo(HEADER);
    assertThat(json.get("path").asText()).isEqualTo("a\n\"b\\\u001b é\u2028");
    assertThat(json.get("manifest_position").isIntegralNumber()).isTrue();
    assertThat(json.get("size").asLong()).isEqualTo(12);
    assertThat(json.get("outcome").asText()).isEqualTo("MODIFIED");
    assertThat(json.get("remedy").isNull()).isTrue();
    assertThat(json.get("dry_run").isBoolean()).isTrue();
  }

  private static List<String> iterable(Iterator<String> names) {
    List<String> list = new ArrayList<>();
    names.forEachRemaining(list::add);
    return list;
  }

  @Test
  void csv_noRows_isTheHeader() throws IOException {
    assertThat(text(LedgerText.CSV)).isEqualTo(HEADER + "\r\n");
    assertThat(text(LedgerText.JSONL)).isEmpty();
  }

  @Test
  void csv_row_quotesWhatMustBe() throws IOException {
    String text =
        text(LedgerText.CSV, Rows.row(Outcome.MODIFIED, "a,\"b\"\nc", "", "Add it again"));
    assertThat(text.substring(HEADER.length() + 2))
        .isEqualTo(
            "run1,m.json,42,top,,a1,/data,\"a,\"\"b\"\"\nc\",12,,,,MODIFIED,\"\",MODIFIED,pending,"
                + ",,,0,,Add it again,,,1,,,,,false,,,,,,,,add-again,false\r\n");
  }

  @Test
  void paths_rows_areAbsoluteAndEndedByNul() throws IOException {
    assertThat(
            text(
                LedgerText.PATHS,
                Rows.row(Outcome.MODIFIED, "a\nb", null, null),
                Rows.row(Outcome.INVALID, null, null, null),
                Rows.row(Outcome.DELETED, "-c", null, null)))
        .isEqualTo("/data/a\nb\0/data/-c\0");
  }

  @Test
  void paths_thatMayNameAnyFile_areLeftOutAndCounted() throws IOException {
    StringWriter out = new StringWriter();
    long left =
        LedgerText.PATHS.write(
            List.of(
                    Rows.row(Outcome.INVALID, "etc", null, null),
                    Rows.row(Outcome.MODIFIED, "a\0/etc", null, null),
                    Rows.row(Outcome.MODIFIED, "../etc", null, null),
                    Rows.row(Outcome.MODIFIED, "a/..", null, null),
                    Rows.row(Outcome.MODIFIED, null, null, null),
                    Rows.row(Outcome.MODIFIED, "..a/b..", null, null))
                .iterator(),
            out);

    assertThat(out.toString()).isEqualTo("/data/..a/b..\0");
    assertThat(left).isEqualTo(5);
  }

  @Test
  void jsonl_controlsBeyondAscii_areEscaped() throws IOException {
    String path = "\u009b31m\u007f\u202egpj.exe";

    String text = text(LedgerText.JSONL, Rows.row(Outcome.MODIFIED, path, null, null));

    assertThat(text).contains("\\u009b31m").doesNotContain("\u009b", "\u007f", "\u202e");
    assertThat(new ObjectMapper().readTree(text).get("path").asText()).isEqualTo(path);
  }

  @Test
  void sheet_textsThatWouldBeFormulas_areTexts() throws IOException {
    for (String start : List.of("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) {
      String path = start + "HYPERLINK(\"http://x\",\"a\")";
      String text = text(LedgerText.SHEET, Rows.row(Outcome.MODIFIED, path, null, null));
      assertThat(text).startsWith(HEADER + "\r\n");
      assertThat(fields(text.substring(HEADER.length() + 2)).get(7)).isEqualTo("'" + path);
    }
  }

  @Test
  void sheet_controls_areVisibleAndOtherTextsAsTheyAre() throws IOException {
    String text =
        text(LedgerText.SHEET, Rows.row(Outcome.MODIFIED, "\t=1\u001b[2J\n", "a=b, -c", null));

    List<String> fields = fields(text.substring(HEADER.length() + 2));
    assertThat(fields.get(7)).isEqualTo("\\t=1\\u001b[2J\\n");
    assertThat(fields.get(13)).isEqualTo("a=b, -c");
    assertThat(fields.get(8)).as("a number").isEqualTo("12");
  }

  @Property
  void csv_anyPath_isReadBackByTheRulesOfTheRfc(@ForAll String path) throws IOException {
    String text = text(LedgerText.CSV, Rows.row(Outcome.MODIFIED, path, null, null));
    assertThat(fields(text.substring(HEADER.length() + 2)).get(7)).isEqualTo(path);
  }

  /** A reader as RFC 4180, section 2, describes one. */
  private static List<String> fields(String record) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean inQuotes = false;
    for (int i = 0; i < record.length(); i++) {
      char c = record.charAt(i);
      if (c == '"') {
        if (inQuotes && i + 1 < record.length() && record.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          inQuotes = !inQuotes;
        }
      } else if (!inQuotes && (c == ',' || c == '\r')) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    return fields;
  }
}
