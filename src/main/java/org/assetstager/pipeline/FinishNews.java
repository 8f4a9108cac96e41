package org.assetstager.pipeline;

/**
 * What a command and a webhook of the user's are handed at the end of a run.
 *
 * @param runId empty where what was asked for is no run id
 * @param json as in {@code report.json}
 */
record FinishNews(String runId, int exitCode, String json) {}
