package org.assetstager.command;

import org.assetstager.pipeline.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "asset-stager "
          + Version.ofJob()
          + ", commit "
          + Version.commit()
          + ", Spark "
          + Version.ofSpark()
          + ", Hadoop "
          + Version.ofHadoop()
    };
  }
}
