/**
 * Classes that break the rules of {@link org.assetstager.architecture.MapRules}, to show that each
 * bites.
 */
package org.assetstager.architecture.broken;
