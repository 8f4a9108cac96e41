package org.assetstager.ledger;

import java.util.Map;

/**
 * The version of the ledger's schema, which {@code src/site/markdown/ledger.md} documents. New
 * columns come after the others and don't change the version, so readers ignore columns that they
 * don't know. A new version means that a column was removed, or has another type or meaning.
 */
public final class LedgerSchema {
  /** Of the columns of {@link LedgerRow}. */
  public static final int VERSION = 1;

  /** The key of the version, in the footers of a ledger's Parquet files and in the table. */
  public static final String KEY = "asset-stager.ledger-schema";

  private LedgerSchema() {}

  /** Returns what the footer of each of a ledger's Parquet files says of the schema. */
  public static Map<String, String> footer() {
    return Map.of(KEY, String.valueOf(VERSION));
  }
}
