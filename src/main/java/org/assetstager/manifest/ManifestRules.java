package org.assetstager.manifest;

import java.io.Serializable;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.SharedConfiguration;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** The settings that tasks need to read manifests. */
record ManifestRules(
    ManifestSettings settings,
    @Nullable String defaultRoot,
    SharedConfiguration configuration,
    TaskProgress progress)
    implements Serializable {
  ManifestFields fields(FolderColumns folders) {
    return new ManifestFields(defaultRoot, settings.allowedRoots(), folders);
  }
}
