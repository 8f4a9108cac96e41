package org.assetstager.catalog;
public final class ListStep { public ListStep(org.apache.spark.api.java.JavaSparkContext s, org.assetstager.settings.Settings x, org.assetstager.s3.RequestTotals r, int c, org.assetstager.run.StepOutput o, org.assetstager.spark.TaskProgress p) {}
public java.util.List<org.assetstager.run.StepFile> run(Namespaces n, java.util.function.Supplier<org.apache.spark.api.java.JavaRDD<ContentName>> a) { return java.util.List.of(); } }
