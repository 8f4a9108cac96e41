package org.assetstager.settings;

/** Where a run's ledger is to be found. */
public enum LedgerFormat {
  /** As Parquet files in the run's folder. */
  PARQUET,
  /** There, and in one Iceberg table with those of all other runs. */
  ICEBERG
}
