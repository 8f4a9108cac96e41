package org.assetstager.pipeline;

/**
 * What the user's command and webhook receive at the end of a run.
 *
 * @param runId empty if the user's value isn't a valid run id
 * @param json as in {@code report.json}
 */
record FinishNews(String runId, int exitCode, String json) {}
