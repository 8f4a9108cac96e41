package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.Remedy;
import org.junit.jupiter.api.Test;

class ProblemGroupsTest {
  private static Problem changed(String file, String createdBy) {
    return Rows.problem(Outcome.MODIFIED, Remedy.ADD_AGAIN, file, createdBy);
  }

  private static List<ProblemGroup> groups(List<Problem> problems) {
    ProblemGroups groups = new ProblemGroups();
    problems.forEach(groups::add);
    return groups.groups();
  }

  @Test
  void groups_ofSeveralRemedies_areThatOfTheMostRowsFirst() {
    List<ProblemGroup> groups =
        groups(
            List.of(
                Rows.problem(Outcome.UNREADABLE, Remedy.DIVIDE_FILE, "/d/u", ""),
                Rows.problem(Outcome.UNREADABLE, Remedy.MAKE_READABLE, "/d/v", ""),
                changed("/d/b", "anna"),
                changed("/d/a", "ben"),
                changed("/c/x", "anna"),
                Rows.problem(Outcome.UNREADABLE, null, "/d/w", "")));

    assertThat(groups)
        .extracting(ProblemGroup::kind)
        .startsWith(Remedy.ADD_AGAIN)
        .containsExactlyInAnyOrder(
            Remedy.ADD_AGAIN, Remedy.DIVIDE_FILE, Remedy.MAKE_READABLE, null);
    ProblemGroup first = groups.get(0);
    assertThat(first.total()).isEqualTo(new Total(3, 30));
    assertThat(first.remedy()).isEqualTo("For each file: add it again");
    assertThat(first.places())
        .extracting(place -> place.folder() + " " + place.createdBy())
        .containsExactly("/c anna", "/d anna", "/d ben");
  }

  @Test
  void groups_manyRowsOfOnePlace_keepTheFirstByPathAndCountAll() {
    List<Problem> problems = new ArrayList<>();
    for (int i = 999; i >= 0; i--) {
      problems.add(changed("/d/%04d".formatted(i), "anna"));
    }

    ProblemGroup.Place place = groups(problems).get(0).places().get(0);

    assertThat(place.total()).isEqualTo(new Total(1000, 10_000));
    assertThat(place.first())
        .extracting(Problem::file)
        .containsExactly("/d/0000", "/d/0001", "/d/0002");
  }

  @Test
  void groups_moreFoldersThanAreShown_areCutToWhereTheyAreFew() {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      problems.add(changed("/data/scans/visit-" + i + "/image", ""));
    }
    problems.add(changed("/data/other/deep/down/file", ""));
    problems.add(changed("/file", ""));

    assertThat(groups(problems).get(0).places())
        .extracting(place -> place.folder() + " " + place.total().rows())
        .containsExactly("/ 1", "/data/other 1", "/data/scans 300");
  }

  @Test
  void groups_foldersWithoutACommonOne_areOne() {
    List<Problem> problems =
        IntStream.range(0, 100).mapToObj(i -> changed("/root" + i + "/f", "")).toList();

    assertThat(groups(problems).get(0).places())
        .singleElement()
        .satisfies(place -> assertThat(place.folder()).isEqualTo("/"))
        .satisfies(place -> assertThat(place.total().rows()).isEqualTo(100));
  }

  @Test
  void groups_morePeopleThanAreShown_areNotToldApart() {
    List<Problem> problems =
        IntStream.range(0, 100).mapToObj(i -> changed("/d/f" + i, "person " + i)).toList();

    ProblemGroup group = groups(problems).get(0);

    assertThat(group.manyPeople()).isTrue();
    assertThat(group.places())
        .singleElement()
        .satisfies(place -> assertThat(place.createdBy()).isEmpty());
  }

  @Provide
  Arbitrary<Problem> problems() {
    Arbitrary<String> part = Arbitraries.of("a", "b", "c", "d", "e");
    return Combinators.combine(
            part.list().ofMinSize(1).ofMaxSize(6),
            Arbitraries.integers().between(0, 12),
            Arbitraries.of(Remedy.ADD_AGAIN, Remedy.REPLACE_PATH))
        .as(
            (parts, person, remedy) ->
                Rows.problem(
                    remedy == Remedy.ADD_AGAIN ? Outcome.MODIFIED : Outcome.RENAMED,
                    remedy,
                    "/" + String.join("/", parts),
                    "p" + person));
  }

  /** Tasks divide the rows as they like. */
  @Property(tries = 300)
  void groups_howeverTheRowsAreDivided_areTheSameAndCountAll(
      @ForAll List<@From("problems") Problem> drawn,
      @ForAll @IntRange(min = 1, max = 5) int tasks) {
    // No two rows are of one file.
    List<Problem> problems =
        IntStream.range(0, drawn.size())
            .mapToObj(
                i ->
                    Rows.problem(
                        drawn.get(i).outcome(),
                        drawn.get(i).kind(),
                        drawn.get(i).file() + "/" + i,
                        drawn.get(i).createdBy()))
            .toList();
    List<ProblemGroup> whole = groups(problems);
    List<ProblemGroups> parts =
        IntStream.range(0, tasks).mapToObj(task -> new ProblemGroups()).toList();
    for (int i = problems.size() - 1; i >= 0; i--) {
      parts.get(i % tasks).add(problems.get(i));
    }

    assertThat(parts.stream().reduce(new ProblemGroups(), ProblemGroups::add).groups())
        .isEqualTo(whole);
    assertThat(whole.stream().mapToLong(group -> group.total().rows()).sum())
        .isEqualTo(problems.size());
    for (ProblemGroup group : whole) {
      assertThat(group.places().stream().map(ProblemGroup.Place::folder).distinct())
          .hasSizeLessThanOrEqualTo(ProblemGroups.MOST_FOLDERS);
      assertThat(group.places().stream().map(ProblemGroup.Place::createdBy).distinct())
          .hasSizeLessThanOrEqualTo(ProblemGroups.MOST_PEOPLE);
    }
  }
}
