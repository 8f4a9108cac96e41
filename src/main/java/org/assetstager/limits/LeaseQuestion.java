package org.assetstager.limits;

/**
 * The question of an executor to the driver. Messages are arrays of numbers, because the transport
 * of an executor can't read the job's classes.
 *
 * @param limitPerSecond of the settings; 0 for none
 * @param wanted tokens that could be used at once, at least 1
 * @param sent requests sent since the last question
 * @param refused answers since the last question that say that the store has too much to do
 */
public record LeaseQuestion(
    Resource resource, long limitPerSecond, long wanted, long sent, long refused) {
  public enum Resource {
    /** Requests of all kinds to either side, each attempt. */
    REQUESTS(0, "requests"),
    /** Bytes of bodies sent to staging, each attempt. */
    BYTES(1, "bytes");

    private final long number;
    private final String text;

    Resource(long number, String text) {
      this.number = number;
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  long[] toMessage() {
    return new long[] {resource.number, limitPerSecond, wanted, sent, refused};
  }

  static LeaseQuestion ofMessage(long[] message) {
    return new LeaseQuestion(
        message[0] == Resource.BYTES.number ? Resource.BYTES : Resource.REQUESTS,
        message[1],
        message[2],
        message[3],
        message[4]);
  }
}
