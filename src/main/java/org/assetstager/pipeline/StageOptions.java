package org.assetstager.pipeline;

import java.util.List;
import org.assetstager.progress.ProgressMode;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code stage} command was asked for.
 *
 * @param manifests paths, folders and globs; empty where a run is resumed
 * @param ama whether the manifests are AMA's
 * @param defaultRoot root of rows that name none, or null
 * @param maxInvalid most bad rows to go on with, or null for any number
 * @param runId of a run that is new or was started by this id before; null with {@code resume}
 * @param resume id of the run to go on with, or null
 * @param keepSteps whether the records of the steps stay once the run has ended
 * @param quiet whether only errors, and rows that a person must act on, are printed
 */
public record StageOptions(
    List<String> manifests,
    boolean ama,
    @Nullable String defaultRoot,
    @Nullable Long maxInvalid,
    boolean dryRun,
    @Nullable String runId,
    @Nullable String resume,
    boolean keepSteps,
    ProgressMode progress,
    boolean quiet,
    Settings settings) {}
