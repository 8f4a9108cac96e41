package org.assetstager.architecture.broken.verify;

import software.amazon.awssdk.services.s3.model.S3Object;

/** A class that should be pure and isn't. */
record Verdict(S3Object object) {}
