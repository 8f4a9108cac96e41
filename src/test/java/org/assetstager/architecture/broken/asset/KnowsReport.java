package org.assetstager.architecture.broken.asset;

import java.util.Optional;
import org.apache.spark.sql.Row;
import org.assetstager.architecture.broken.report.Prints;

/** Knows a later stage, which knows it; knows Spark; has an Optional field. */
record KnowsReport(Row row, Optional<Prints> report) {}
