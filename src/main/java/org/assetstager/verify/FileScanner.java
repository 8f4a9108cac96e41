package org.assetstager.verify;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings;
public final class FileScanner { public FileScanner(VerifySettings v) {} public VerifiedRow scan(ManifestRow row, AssetRoot root) { throw new IllegalStateException(); } }
