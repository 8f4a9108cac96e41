package org.assetstager.catalog;
import java.io.Serializable;
public record ContentName(String topHash, String md5) implements Serializable {}
