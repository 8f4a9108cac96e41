package org.assetstager.manifest;

import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;

/** The settings that tasks need to read manifests. */
record ManifestRules(
    ManifestSettings settings,
    @Nullable String defaultRoot,
    SerializableConfiguration configuration,
    TaskProgress progress)
    implements Serializable {
  ManifestFields fields(FolderColumns folders) {
    return new ManifestFields(defaultRoot, settings.allowedRoots(), folders);
  }
}
