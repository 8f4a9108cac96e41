package org.assetstager.pipeline;

/**
 * What the user's command and webhook receive at the end of a run.
 *
 * @param runId empty where what was asked for is no run id
 * @param json as in {@code report.json}
 */
record FinishNews(String runId, int exitCode, String json) {}
