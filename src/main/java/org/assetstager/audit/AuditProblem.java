package org.assetstager.audit;

/** Why the ledger's claim about a content doesn't hold. */
public enum AuditProblem {
  /** Neither bucket has an object under the content's key. */
  ABSENT(
      "neither bucket has it any more",
      "Stage the file again, if it is unchanged; else restore the object from a backup"),
  /** The object has another size. */
  WRONG_SIZE(
      "the object has another size",
      "Find out who wrote it; let the bucket's owner delete it, then stage the file again"),
  /** The object has another hash. */
  WRONG_HASH(
      "the object has another hash",
      "Without --deep only its ETag says so: audit again with it. Then find out who wrote it; let"
          + " the bucket's owner delete it, and stage the file again"),
  /** S3 gave no answer about the object. */
  NO_ANSWER("S3 gave no answer", "Audit again; if this doesn't help, ask the store's operator"),
  /** The ledger's row can't be what the job wrote. */
  DAMAGED_ROW(
      "the ledger's row is damaged",
      "Find out who wrote to the ledger; stage the files again in a new run");

  private final String meaning;
  private final String remedy;

  AuditProblem(String meaning, String remedy) {
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** Returns what it means, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Returns what a person has to do, without its full stop. */
  public String remedy() {
    return remedy;
  }
}
