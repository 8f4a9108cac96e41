package org.assetstager.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleText;
import org.assetstager.ledger.LedgerRow;
import org.jspecify.annotations.Nullable;

/** The rows that ask for a person. */
final class PeopleJson {
  private static final int FIRST_ESCAPED = 0x80;

  /** Characters of an escape, as of U+2028. */
  private static final int ESCAPE = 6;

  private static final int MOST_REASON = 1000;
  private static final int MOST_REMEDY = 1000;

  private final Page page;
  private final JsonGenerator json;
  private final RowCommands commands;
  private long characters;

  PeopleJson(Page page, JsonGenerator json) {
    this.page = page;
    this.json = json;
    this.commands = new RowCommands(page.report());
  }

  /** Each as an array: outcome, name, asset, size or null, reason, remedy, command. */
  void write() throws IOException {
    json.writeArrayFieldStart("people");
    int count = 0;
    for (List<LedgerRow> rows : page.people().values()) {
      for (LedgerRow row : rows) {
        if (count < Page.MOST_ROWS && characters < PageJson.MOST_ROW_CHARACTERS) {
          write(row);
          count++;
        }
      }
    }
    json.writeEndArray();
  }

  private void write(LedgerRow row) throws IOException {
    json.writeStartArray();
    text(row.outcome().name());
    text(VisibleText.of(name(row), RowCommands.MOST_PATH_BYTES));
    text(VisibleText.of(orEmpty(row.asset()), PageJson.MOST_NAME));
    if (row.size() == null) {
      json.writeNull();
    } else {
      json.writeNumber(row.size());
    }
    text(VisibleText.of(reason(row), MOST_REASON));
    text(VisibleText.of(orEmpty(row.remedy()), MOST_REMEDY));
    text(commands.of(row));
    json.writeEndArray();
  }

  private void text(String text) throws IOException {
    characters += text.chars().mapToLong(c -> c < FIRST_ESCAPED ? 1 : ESCAPE).sum();
    json.writeString(text);
  }

  private static String name(LedgerRow row) {
    if (row.path() == null) {
      return row.manifestFile() + " at " + row.manifestPosition();
    }
    String root = orEmpty(row.root());
    return (root.isEmpty() || root.endsWith("/") ? root : root + "/") + row.path();
  }

  private static String reason(LedgerRow row) {
    String position =
        row.outcome() == Outcome.INVALID && row.path() != null
            ? row.manifestFile() + " at " + row.manifestPosition()
            : null;
    return Stream.of(row.detail(), row.errorCode(), row.error(), position)
        .filter(text -> text != null && !text.isEmpty())
        .distinct()
        .collect(Collectors.joining(": "));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
