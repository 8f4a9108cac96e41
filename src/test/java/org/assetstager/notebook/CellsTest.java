package org.assetstager.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** The cells of a notebook. */
class CellsTest {
  private final Cells cells = new Cells();

  @Test
  void run_lastExpression_isTheValueItself() {
    Object list = cells.run("var list = new java.util.ArrayList<Integer>();\nlist.add(7);\nlist");

    assertThat(list).isEqualTo(List.of(7));
    assertThat(cells.run("list")).isSameAs(list);
  }

  @Test
  void run_semicolonOrDeclarationAtTheEnd_hasNoValue() {
    assertThat(cells.run("1 + 1;")).isNull();
    assertThat(cells.run("int two = 2")).isNull();
    assertThat(cells.run("int half(int n) {\n  return n / 2;\n}\n")).isNull();
    assertThat(cells.run("half(two)")).isEqualTo(1);
  }

  @Test
  void run_textBlockOverManyLines_isOneSnippet() {
    assertThat(cells.run("var text = \"\"\"\n    one\n    two\"\"\";\ntext.lines().count()"))
        .isEqualTo(2L);
  }

  @Test
  void run_classesOfTheJob_areThere() {
    assertThat(cells.run("org.assetstager.asset.Outcome.STAGED"))
        .isSameAs(org.assetstager.asset.Outcome.STAGED);
  }

  @Test
  void run_thatThrows_saysWhatAndKeepsWhatWasBefore() {
    assertThatThrownBy(() -> cells.run("int n = 0;\nn = 3;\nInteger.parseInt(\"x\")"))
        .isInstanceOf(Cells.CellException.class)
        .hasMessageContaining("java.lang.NumberFormatException")
        .hasMessageContaining("\"x\"");
    assertThat(cells.run("n")).isEqualTo(3);
  }

  @Test
  void run_thatDoesNotCompile_saysWhere() {
    assertThatThrownBy(() -> cells.run("int n = nowhere;"))
        .isInstanceOf(Cells.CellException.class)
        .hasMessageContaining("cannot find symbol")
        .hasMessageContaining("in: nowhere");
    assertThatThrownBy(() -> cells.run("int n =\n  1 + ;"))
        .isInstanceOf(Cells.CellException.class)
        .hasMessageContaining("illegal start of expression")
        .hasMessageContaining("in: 1 + ;");
    assertThatThrownBy(() -> cells.run("for (int i = 0; i < 3; i++) {"))
        .isInstanceOf(Cells.CellException.class);
  }

  @Test
  void stop_cellThatRuns_isInterrupted() throws Exception {
    FutureTask<Object> cell = new FutureTask<>(() -> cells.run("Thread.sleep(60_000)"));
    new Thread(cell).start();
    while (!cell.isDone()) {
      cells.stop();
      Thread.sleep(50);
    }

    assertThatThrownBy(cell::get).hasMessageContaining("java.lang.InterruptedException");
  }

  @Test
  void complete_nameBegun_isSuggested() {
    cells.run("int measured = 1;");

    assertThat(cells.complete("meas", 4).getReplacements()).contains("measured");
    assertThat(cells.isComplete("measured")).isTrue();
    assertThat(cells.isComplete("if (measured > 0) {")).isFalse();
  }
}
