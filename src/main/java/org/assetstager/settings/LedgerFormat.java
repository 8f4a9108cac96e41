package org.assetstager.settings;

/** The form in which a run writes its ledger. */
public enum LedgerFormat {
  /** As Parquet files in the run's folder. */
  PARQUET,
  /** There, and in one Iceberg table with those of all other runs. */
  ICEBERG
}
