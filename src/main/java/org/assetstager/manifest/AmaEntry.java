package org.assetstager.manifest;

import java.util.Objects;
import org.assetstager.manifest.AmaState.Kind;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * An object of an AMA manifest on its way to a row.
 *
 * @param states the document of the manifest's states
 * @param stats the document of the stored stats
 * @param contentStored whether a state of its content is stored, as far as is known by now
 * @param contentState that state as stored, or null
 * @param contentFault what is wrong with that state, or null
 */
record AmaEntry(
    String states,
    String stats,
    AmaHeader header,
    AmaObject object,
    boolean contentStored,
    @Nullable String contentState,
    @Nullable String contentFault) {
  static final RecordCodec<AmaEntry> CODEC = RecordCodec.of(AmaEntry.class);

  AmaEntry(AmaLocations locations, AmaHeader header, AmaObject object) {
    this(locations.states(), locations.fileStats(), header, object, false, null, null);
  }

  /**
   * Returns it with what is stored of its content.
   *
   * @param state null where nothing is
   */
  AmaEntry withState(@Nullable AmaState state) {
    return state == null
        ? this
        : new AmaEntry(states, stats, header, object, true, state.state(), state.fault());
  }

  /** Returns the state of its content, null where none is stored. */
  @Nullable AmaState stateOfContent() {
    return contentStored
        ? new AmaState(
            Kind.CONTENT, Objects.requireNonNull(object.contentId()), contentState, contentFault)
        : null;
  }

  byte[] keyOfContent() {
    return AmaKeys.of(states, object.contentId(), AmaKeys.OBJECT);
  }

  byte[] keyOfPath() {
    return AmaKeys.of(stats, object.path(), AmaKeys.OBJECT);
  }
}
